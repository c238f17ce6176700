package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.http.Tunnel;
import dev.tailnetproxy.proxy.http.TunnelEnd;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;
import java.util.OptionalLong;

/** From a target's response on its connection to the response value. Ends the lease with the response. */
final class ResponseReader {

    private final Vertx vertx;

    ResponseReader(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * The response, its body still arriving.
     *
     * @param sent done when all of the request is sent
     * @return fails with {@code InvalidResponse} when it is no HTTP that a client can be given; the lease has ended then
     */
    Future<ProxyResponse> read(UpstreamRequest request, Lease lease, Future<Void> sent, HttpClientResponse response) {
        Optional<TunnelEnd> switched = lease.switched();
        if ((response.statusCode() < 200 && switched.isEmpty()) || response.statusCode() > 999) {
            ignoreFailure(response);
            lease.discard();
            return Future.failedFuture(new ProxyFailure(
                    ErrorName.INVALID_RESPONSE, "the target responded with the status " + response.statusCode()));
        }
        Headers headers = TargetResponseHeaders.of(response);
        if (!TargetResponseHeaders.isValid(headers, response.version())) {
            ignoreFailure(response);
            lease.cancel();
            return Future.failedFuture(new ProxyFailure(
                    ErrorName.INVALID_RESPONSE, "the target's response holds a header that is not allowed"));
        }
        if (switched.isPresent()) {
            ignoreFailure(response);
            switched.get().channel().closeFuture().addListener(closed -> lease.cancel());
            return Future.succeededFuture(ProxyResponse.switching(headers, new Tunnel(switched.get())));
        }
        response.pause();
        OptionalLong length = TargetResponseHeaders.length(headers);
        OptionalLong expected = hasBody(request, response) ? length : OptionalLong.empty();
        ResponseBodyStream stream =
                new ResponseBodyStream(response, expected, () -> completeExchange(lease, sent), lease::cancel);
        long timer = vertx.setTimer(request.deadline().timerMillis(), id -> stream.expire(UpstreamClient.timeout()));
        response.end().onComplete(ended -> vertx.cancelTimer(timer));
        request.clientGone().onComplete(cancelled -> stream.expire(UpstreamClient.clientGone()));
        return Future.succeededFuture(
                new ProxyResponse(response.statusCode(), headers, new Body.Streamed(stream, length, lease::cancel)));
    }

    /** Where it has none, its length says what another request would get (RFC 9110 section 8.6). */
    private static boolean hasBody(UpstreamRequest request, HttpClientResponse response) {
        return !request.method().equals("HEAD") && response.statusCode() != 204 && response.statusCode() != 304;
    }

    /** Nobody reads the response; without a handler its end would be logged as an error. */
    private static void ignoreFailure(HttpClientResponse response) {
        response.exceptionHandler(e -> {});
    }

    /** A target that has responded before it had the whole request may take the rest for another one. */
    private static void completeExchange(Lease lease, Future<Void> sent) {
        if (sent.isComplete() && !lease.isUnusable()) {
            lease.release();
        } else {
            lease.cancel();
        }
    }
}
