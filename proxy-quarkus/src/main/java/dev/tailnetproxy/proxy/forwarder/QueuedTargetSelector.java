package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.time.Duration;

/**
 * Forwards requests that {@link FixedTargetSelector} has accepted before, out of the queue. The rules and the sender's
 * signature are not checked again: the signature's time has passed. The target is that of today's settings.
 */
public final class QueuedTargetSelector implements TargetSelector {

    private final TargetMapping mapping;
    private final Duration timeout;

    /** @param timeout for one attempt, from its start to the response */
    public QueuedTargetSelector(TargetMapping mapping, Duration timeout) {
        this.mapping = mapping;
        this.timeout = timeout;
    }

    @Override
    public Caller caller(ProxyRequest request) {
        return new Caller.Peer(ingress(request).sourceAddress().toString());
    }

    @Override
    public ProxyRequest interpret(ProxyRequest request) {
        return request.withPath(path(request).text())
                .withHeaders(SenderFields.withoutControl(request.headers()))
                .until(request.deadline().earlier(timeout))
                .from(Caller.Unknown.INSTANCE);
    }

    @Override
    public Selection select(ProxyRequest request) {
        mapping.check(request);
        return mapping.selection(request, path(request), ingress(request));
    }

    private static SafePath path(ProxyRequest request) {
        try {
            return new SafePath(request.path());
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_TARGET, "the path " + e.getMessage(), e);
        }
    }

    private static Ingress ingress(ProxyRequest request) {
        return request.ingress()
                .orElseThrow(() -> new ProxyFailure(
                        ErrorName.INVALID_HEADER,
                        "the message does not say by which address and by which domain the request came"));
    }
}
