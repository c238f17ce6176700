package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import io.vertx.core.Future;

/** What becomes of a request that is no request for the proxy itself: it goes to its target, or is kept for later. */
public sealed interface Delivery permits RequestForwarder, RequestQueueing {

    /** Who sent the request. */
    Caller caller(ProxyRequest request);

    /**
     * What counts of the request.
     *
     * @throws ProxyFailure when it can't be read
     */
    ProxyRequest interpret(ProxyRequest request);

    /**
     * Where the request goes, and as what.
     *
     * @throws ProxyFailure when it does not say so, or may not be forwarded
     */
    Selection select(ProxyRequest request);

    /** Delivers a request that is selected; fails with a {@link ProxyFailure}. */
    Future<ResponseOutcome> deliver(RequestScope scope, ProxyRequest request, Selection selection);
}
