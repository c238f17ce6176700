package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.Optional;

/**
 * Where to connect to, already judged by the policy.
 *
 * @param host address, or a name for a SOCKS5 server that resolves names itself
 * @param port of the host
 * @param https whether to speak TLS
 * @param tlsServerName name or address that the certificate must be for, and for SNI; without it that is {@code host}
 * @param verified whether the certificate is checked
 */
public record Endpoint(
        TargetHost host, Port port, boolean https, Optional<TargetHost> tlsServerName, boolean verified) {

    /** The name or address that the certificate has to be for. */
    TargetHost verifiedName() {
        return tlsServerName.orElse(host);
    }

    /** Whether it is an address, which has no place in SNI (RFC 6066 section 3). */
    boolean isVerifiedByAddress() {
        return verifiedName().address().isPresent();
    }
}
