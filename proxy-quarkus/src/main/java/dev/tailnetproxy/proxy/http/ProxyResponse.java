package dev.tailnetproxy.proxy.http;

import java.util.Objects;
import java.util.Optional;

/**
 * A response for the caller: the target's, or one that the proxy made.
 *
 * @param status HTTP status, 200 to 999, or 101 with a tunnel; interim responses never get here
 * @param headers header fields, one for each {@code Set-Cookie}
 * @param body content
 * @param tunnel what the target's connection has become behind a 101
 */
public record ProxyResponse(int status, Headers headers, Body body, Optional<Tunnel> tunnel) {

    private static final int SWITCHING_PROTOCOLS = 101;

    public ProxyResponse {
        if (tunnel.isPresent() ? status != SWITCHING_PROTOCOLS : status < 200 || status > 999) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
    }

    /** A response behind which the connection still speaks HTTP. */
    public ProxyResponse(int status, Headers headers, Body body) {
        this(status, headers, body, Optional.empty());
    }

    /** The target has switched to a protocol that the client has offered. */
    public static ProxyResponse switching(Headers headers, Tunnel tunnel) {
        return new ProxyResponse(SWITCHING_PROTOCOLS, headers, Body.empty(), Optional.of(tunnel));
    }

    /** The same response with another body. */
    public ProxyResponse withBody(Body other) {
        return new ProxyResponse(status, headers, other, tunnel);
    }

    /** Nobody gets it: whatever still comes from the target is not read. */
    public void abandon() {
        body.abandon();
        tunnel.ifPresent(Tunnel::abandon);
    }
}
