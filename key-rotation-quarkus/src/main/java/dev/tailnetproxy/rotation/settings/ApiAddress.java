package dev.tailnetproxy.rotation.settings;

import dev.tailnetproxy.contract.RotationVariables;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/** The address of the API: encrypted, except on the machine itself, because the credentials are sent to it. */
final class ApiAddress {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private ApiAddress() {}

    static Optional<URI> read(EnvironmentReader reader, boolean headscale) {
        if (headscale && !reader.isSet(RotationVariables.API_URL)) {
            reader.reject(RotationVariables.API_URL, "must be the address of headscale");
            return Optional.empty();
        }
        Optional<URI> address = parse(reader.text(RotationVariables.API_URL)).filter(ApiAddress::isFit);
        if (address.isEmpty()) {
            reader.reject(
                    RotationVariables.API_URL,
                    "must be a URL with https (or with http to a loopback address) and without user, query and fragment");
        }
        return address;
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean isFit(URI uri) {
        if (uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            return false;
        }
        return "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost()));
    }
}
