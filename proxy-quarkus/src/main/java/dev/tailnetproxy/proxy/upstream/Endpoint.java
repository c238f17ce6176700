package dev.tailnetproxy.proxy.upstream;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where to connect to, already judged by the policy.
 *
 * @param host address, or a name for a SOCKS5 server that resolves names itself
 * @param port 1 to 65535
 * @param https whether to speak TLS
 * @param tlsServerName name or address that the certificate must be for, and for SNI; without it that is {@code host}
 * @param verified whether the certificate is checked
 */
public record Endpoint(String host, int port, boolean https, Optional<String> tlsServerName, boolean verified) {

    private static final Pattern IPV4 = Pattern.compile("[0-9.]+");

    public Endpoint {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(tlsServerName, "tlsServerName");
    }

    /** The name or address that the certificate has to be for. */
    String verifiedName() {
        return tlsServerName.orElse(host);
    }

    /** Whether it is an address, which has no place in SNI (RFC 6066 section 3). */
    boolean isVerifiedByAddress() {
        String name = verifiedName();
        return name.indexOf(':') >= 0 || IPV4.matcher(name).matches();
    }
}
