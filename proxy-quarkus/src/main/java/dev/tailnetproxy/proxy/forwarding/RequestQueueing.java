package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Keeps each request that may be forwarded. The target need not be there, and neither need the tailnet. It waits on the
 * thread that handles the invocation; forwarder mode has no HTTP port, whose threads are event loops.
 */
public final class RequestQueueing implements Delivery {

    private static final int ACCEPTED = 202;

    private final TargetSelector selector;
    private final RequestStore store;

    public RequestQueueing(TargetSelector selector, RequestStore store) {
        this.selector = selector;
        this.store = store;
    }

    @Override
    public Caller caller(ProxyRequest request) {
        return selector.caller(request);
    }

    @Override
    public ProxyRequest interpret(ProxyRequest request) {
        return selector.interpret(request);
    }

    @Override
    public Selection select(ProxyRequest request) {
        return selector.select(request);
    }

    @Override
    public Future<ResponseOutcome> deliver(RequestScope scope, ProxyRequest request, Selection selection) {
        try {
            String id = store.keep(request);
            return Future.succeededFuture(new ResponseOutcome(accepted(id), new Outcome.Queued(id)));
        } catch (ProxyFailure e) {
            return Future.failedFuture(e);
        }
    }

    private static ProxyResponse accepted(String id) {
        byte[] json = new JsonObject().put("id", id).encode().getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                "content-type", "application/json",
                "content-length", Integer.toString(json.length),
                "cache-control", "no-store");
        return new ProxyResponse(ACCEPTED, headers, Body.of(json));
    }
}
