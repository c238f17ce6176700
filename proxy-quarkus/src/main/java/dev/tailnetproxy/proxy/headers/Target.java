package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a request goes.
 *
 * @param host where to
 * @param port of the host
 * @param https whether to speak TLS
 * @param tlsServerName name or address that the certificate has to be for, and if it is a name the one for SNI; empty
 *     when that is {@code host} as it is dialled
 * @param timeout the client's own limit for this request
 */
public record Target(
        TargetHost host, Port port, boolean https, Optional<TargetHost> tlsServerName, Optional<Duration> timeout) {

    private static final Port HTTP_PORT = new Port(80);
    private static final Port HTTPS_PORT = new Port(443);

    public Target {
        if (timeout.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
            throw new IllegalArgumentException("the timeout is not positive");
        }
    }

    /** The port of the scheme when a URL names none. */
    public static Port defaultPort(boolean https) {
        return https ? HTTPS_PORT : HTTP_PORT;
    }

    /** Host and port for the {@code Host} field (RFC 9110 section 7.2); the scheme's usual port is left out. */
    public String authority() {
        String text = host.toString();
        String name = text.indexOf(':') < 0 ? text : "[" + text + "]";
        return port.equals(defaultPort(https)) ? name : name + ":" + port;
    }
}
