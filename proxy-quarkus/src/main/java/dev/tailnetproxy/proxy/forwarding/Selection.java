package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.Objects;

/**
 * Where a request goes, and as what; its method and its body stay.
 *
 * @param target where to
 * @param requestTarget path and query for the target's request line
 * @param headers end-to-end fields, Host included, without framing
 */
public record Selection(Target target, String requestTarget, Headers headers) {

    public Selection {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(headers, "headers");
        if (!requestTarget.startsWith("/")) {
            throw new IllegalArgumentException("the request target does not begin with a slash");
        }
    }
}
