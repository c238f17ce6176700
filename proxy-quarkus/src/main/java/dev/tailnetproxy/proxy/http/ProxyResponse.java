package dev.tailnetproxy.proxy.http;

import java.util.Objects;

/**
 * A response for the caller: the target's, or one that the proxy made.
 *
 * @param status HTTP status, 200 to 999; interim responses never get here
 * @param headers header fields, one for each {@code Set-Cookie}
 * @param body content
 */
public record ProxyResponse(int status, Headers headers, Body body) {

    public ProxyResponse {
        if (status < 200 || status > 999) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
    }

    /** The same response with another body. */
    public ProxyResponse withBody(Body other) {
        return new ProxyResponse(status, headers, other);
    }
}
