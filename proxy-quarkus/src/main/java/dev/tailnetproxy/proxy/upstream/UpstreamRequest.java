package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.UpgradeOffer;
import dev.tailnetproxy.proxy.time.Deadline;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request as it goes to the target.
 *
 * @param endpoints where to connect to; a later one is tried when an earlier one can't be reached
 * @param method method name
 * @param requestTarget path and query as in the request line
 * @param headers end-to-end fields, Host included, without framing
 * @param body content
 * @param upgrade the protocols that the target may switch to
 * @param deadline after which nothing is of use
 * @param pathMayBeSettling whether paths to peers are just being found, so that a failed dial is worth repeating
 * @param dialCheck asked before dials
 * @param clientGone completes when nobody waits for the response any more
 */
public record UpstreamRequest(
        List<Endpoint> endpoints,
        String method,
        String requestTarget,
        Headers headers,
        Body body,
        Optional<UpgradeOffer> upgrade,
        Deadline deadline,
        boolean pathMayBeSettling,
        DialCheck dialCheck,
        Future<Void> clientGone) {

    /** Whether an endpoint that might be dialled when the request came may be dialled now. */
    public interface DialCheck {

        /**
         * Asked before every dial but the first, and whenever something was waited for.
         *
         * @return done when it may still be dialled; fails with a {@link ProxyFailure} when it may not
         */
        Future<Void> permit(Endpoint endpoint);

        /**
         * Asked before every dial.
         *
         * @return done when the path to it is known or was looked for long enough; does not fail
         */
        Future<Void> awaitPath(Endpoint endpoint);

        /** Is told that a dial, or the sending on a kept connection, has failed and is done again. */
        void onRetry(ProxyFailure why);
    }

    /** RFC 9110 section 9.2.2. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    public UpstreamRequest {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no endpoint");
        }
        if (!Grammar.isToken(method) || !requestTarget.startsWith("/")) {
            throw new IllegalArgumentException("the request line is not valid");
        }
    }

    /** Whether it does no harm to send it twice, and its body is there to do so. */
    boolean isRepeatable() {
        return IDEMPOTENT.contains(method) && body.repeatable();
    }
}
