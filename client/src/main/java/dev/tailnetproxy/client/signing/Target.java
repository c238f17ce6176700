package dev.tailnetproxy.client.signing;

import dev.tailnetproxy.contract.TargetGrammar;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine in the tailnet that a request is for.
 *
 * @param host an IPv4 or IPv6 address, or a name that the tailnet resolves
 * @param port 1 to 65535
 * @param https whether the proxy speaks TLS to it
 */
public record Target(String host, int port, boolean https) {

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final int MAX_HOST_LENGTH = 255;
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~&&[^,/@]]+");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\]]+\\]|[^:]+):([0-9]{1,5})");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]+\\]|[^:\\[\\]]+)(?::([0-9]{0,5}))?");

    /**
     * Checks host and port; further rules of the proxy for a host are in its contract.
     *
     * @throws IllegalArgumentException when one of them can't be right
     */
    public Target {
        if (!VISIBLE_ASCII.matcher(host).matches() || host.length() > MAX_HOST_LENGTH) {
            throw new IllegalArgumentException("the target \"" + host
                    + "\" is no address or name; a name beyond ASCII goes through java.net.IDN.toASCII first");
        }
        if (port < 1 || port > TargetGrammar.MAX_PORT) {
            throw new IllegalArgumentException(
                    "the target's port " + port + " is not one of 1 to " + TargetGrammar.MAX_PORT);
        }
    }

    /** A target that is spoken to over TLS exactly when its port is 443. */
    public static Target of(String host, int port) {
        return new Target(host, port, port == HTTPS_PORT);
    }

    /**
     * Reads {@code host:port}, an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException when the text is of another form
     */
    public static Target parse(String text) {
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "the target \"" + text + "\" is not of the form host:port or [IPv6 address]:port");
        }
        return of(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    /**
     * The server of an {@code http} or {@code https} URI. Its host may be one that {@link URI#getHost} does not like, for
     * example with an underscore.
     *
     * @throws IllegalArgumentException when the URI is of another scheme, names no host, or names a user: credentials
     *     belong into a header
     */
    public static Target of(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("the scheme " + scheme + " of a target's URI is neither http nor https");
        }
        String authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
        if (authority.contains("@")) {
            throw new IllegalArgumentException(
                    "the target's URI holds a user or password; send them in an Authorization header instead");
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "the target's URI has \"" + authority + "\" where host:port or [IPv6 address]:port belongs");
        }
        boolean https = scheme.equals("https");
        String port = Optional.ofNullable(parts.group(2)).orElse("");
        int defaultPort = https ? HTTPS_PORT : HTTP_PORT;
        return new Target(parts.group(1), port.isEmpty() ? defaultPort : Integer.parseInt(port), https);
    }

    /** The same target with or without TLS. */
    public Target withHttps(boolean wanted) {
        return new Target(host, port, wanted);
    }
}
