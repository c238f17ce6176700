package dev.tailnetproxy.proxy.http;

import dev.tailnetproxy.proxy.time.Deadline;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as the caller sent it.
 *
 * @param method method name as sent
 * @param path path as sent: percent-escapes and dot segments untouched
 * @param query query string as sent, without the question mark; null when there was none
 * @param headers header fields, cookies included
 * @param body content
 * @param id what identifies the request in logs
 * @param deadline after which no response is of use
 * @param caller who sent it
 * @param ingress how it reached the function; empty outside Lambda, and when the event does not say so
 * @param isDirectInvocation whether no gateway is named in the event, so that its sender may invoke the function itself; no
 *     header field decides this
 * @param upgrade the protocols that its client offers to switch to; empty where the ingress can't switch
 */
public record ProxyRequest(
        String method,
        String path,
        @Nullable String query,
        Headers headers,
        Body body,
        String id,
        Deadline deadline,
        Caller caller,
        Optional<Ingress> ingress,
        boolean isDirectInvocation,
        Optional<UpgradeOffer> upgrade) {

    public ProxyRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(caller, "caller");
        Objects.requireNonNull(ingress, "ingress");
        Objects.requireNonNull(upgrade, "upgrade");
        if (isDirectInvocation && ingress.isPresent()) {
            throw new IllegalArgumentException("a request through a gateway is no direct invocation");
        }
    }

    /** A request of which nobody says who sent it, and that offers no other protocol. */
    public static ProxyRequest of(
            String method,
            String path,
            @Nullable String query,
            Headers headers,
            Body body,
            String id,
            Deadline deadline) {
        return new ProxyRequest(
                method,
                path,
                query,
                headers,
                body,
                id,
                deadline,
                Caller.Unknown.INSTANCE,
                Optional.empty(),
                false,
                Optional.empty());
    }

    /** Path and query as they stand in a request line. */
    public String requestTarget() {
        return query == null ? path : path + '?' + query;
    }

    /** The same request, whose client offers other protocols. */
    public ProxyRequest withUpgrade(Optional<UpgradeOffer> offer) {
        return new ProxyRequest(
                method, path, query, headers, body, id, deadline, caller, ingress, isDirectInvocation, offer);
    }

    /** The same request for another path. */
    public ProxyRequest withPath(String other) {
        return new ProxyRequest(
                method, other, query, headers, body, id, deadline, caller, ingress, isDirectInvocation, upgrade);
    }

    /** The same request with another query, or without one. */
    public ProxyRequest withQuery(@Nullable String other) {
        return new ProxyRequest(
                method, path, other, headers, body, id, deadline, caller, ingress, isDirectInvocation, upgrade);
    }

    /** The same request with other fields. */
    public ProxyRequest withHeaders(Headers other) {
        return new ProxyRequest(
                method, path, query, other, body, id, deadline, caller, ingress, isDirectInvocation, upgrade);
    }

    /** The same request with another body. */
    public ProxyRequest withBody(Body other) {
        return new ProxyRequest(
                method, path, query, headers, other, id, deadline, caller, ingress, isDirectInvocation, upgrade);
    }

    /** The same request with another deadline. */
    public ProxyRequest until(Deadline other) {
        return new ProxyRequest(
                method, path, query, headers, body, id, other, caller, ingress, isDirectInvocation, upgrade);
    }

    /** The same request, sent by somebody else. */
    public ProxyRequest from(Caller other) {
        return new ProxyRequest(
                method, path, query, headers, body, id, deadline, other, ingress, isDirectInvocation, upgrade);
    }

    /** The same request through a gateway, where no client can switch to another protocol. */
    public ProxyRequest through(Ingress gateway) {
        return new ProxyRequest(
                method,
                path,
                query,
                headers,
                body,
                id,
                deadline,
                caller,
                Optional.of(gateway),
                false,
                Optional.empty());
    }
}
