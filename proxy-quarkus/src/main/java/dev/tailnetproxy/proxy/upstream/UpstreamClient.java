package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Framing;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Limits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Sends requests to targets through the SOCKS5 server, and sends them again where that is safe and of use. */
public final class UpstreamClient implements AutoCloseable {

    /** A request that can't be sent twice never gets a connection that had the time to die unnoticed. */
    private static final long MAX_IDLE_IF_NOT_REPEATABLE_MS = 1000;

    private static final long[] RETRY_DELAYS_MS = {50, 100, 200, 400};

    private final Vertx vertx;
    private final Context context;
    private final UpstreamSettings settings;
    private final Clock clock;
    private final ConnectionPool connections;

    public UpstreamClient(Vertx vertx, UpstreamSettings settings, Limits limits, Clock clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.clock = clock;
        this.connections = new ConnectionPool(vertx, settings, limits, clock);
    }

    /**
     * Sends the request.
     *
     * @return the response, its body still arriving. Fails with a {@link ProxyFailure} and nothing else
     */
    public Future<ProxyResponse> send(UpstreamRequest request) {
        Promise<ProxyResponse> promise = Promise.promise();
        Context current = Vertx.currentContext();
        (current == null ? context : current).runOnContext(go -> {
            long maxIdle = request.isRepeatable() ? Long.MAX_VALUE : MAX_IDLE_IF_NOT_REPEATABLE_MS;
            attempt(request, new Attempt(0, 0, maxIdle)).onComplete(promise);
        });
        return promise.future().recover(e -> Future.failedFuture(UpstreamFailureMapper.ofExchange(e)));
    }

    /**
     * How far the sending has got.
     *
     * @param endpoint index of the endpoint to use
     * @param failedDials how many dials have failed
     * @param maxIdle how long a pooled connection may have been idle, in milliseconds
     */
    private record Attempt(int endpoint, int failedDials, long maxIdle) {

        /** Nothing was waited for since it was found that the endpoint may be dialled. */
        boolean isFirst() {
            return endpoint == 0 && failedDials == 0 && maxIdle > 0;
        }

        Attempt nextEndpoint() {
            return new Attempt(endpoint + 1, failedDials, maxIdle);
        }

        Attempt restarted() {
            return new Attempt(0, failedDials + 1, maxIdle);
        }

        Attempt onNewConnection() {
            return new Attempt(endpoint, failedDials, 0);
        }
    }

    private Future<ProxyResponse> attempt(UpstreamRequest request, Attempt attempt) {
        long remaining = request.deadline() - clock.millis();
        if (remaining <= 0) {
            return Future.failedFuture(timeout());
        }
        if (request.clientGone().isComplete()) {
            return Future.failedFuture(clientGone());
        }
        Endpoint endpoint = request.endpoints().get(attempt.endpoint());
        Context here = vertx.getOrCreateContext();
        return on(here, connections.acquire(endpoint, remaining, attempt.maxIdle(), request.clientGone()))
                .compose(grant -> on(here, permit(request, attempt, endpoint, grant))
                        .compose(permission -> onConnection(request, attempt, grant), refused -> {
                            connections.release(grant);
                            return Future.failedFuture(refused);
                        }));
    }

    /** Done when the endpoint may be dialled, or used: the policy is asked anew after everything that takes time. */
    private static Future<Void> permit(UpstreamRequest request, Attempt attempt, Endpoint endpoint, SlotGrant grant) {
        UpstreamRequest.DialCheck check = request.dialCheck();
        Future<Void> permission =
                attempt.isFirst() && !grant.waited() ? Future.succeededFuture() : check.permit(endpoint);
        return permission.compose(may -> {
            Future<Void> path = grant.open() ? Future.succeededFuture() : check.awaitPath(endpoint);
            return path.isComplete() ? path : path.compose(known -> check.permit(endpoint));
        });
    }

    private Future<ProxyResponse> onConnection(UpstreamRequest request, Attempt attempt, SlotGrant grant) {
        long remaining = request.deadline() - clock.millis();
        if (remaining <= 0) {
            connections.release(grant);
            return Future.failedFuture(timeout());
        }
        long started = System.nanoTime();
        return connections
                .lease(grant, request.method(), request.requestTarget(), remaining, request.clientGone())
                .transform(leased -> {
                    if (leased.failed()) {
                        Duration took = Duration.ofNanos(System.nanoTime() - started);
                        return retryDial(request, attempt, UpstreamFailureMapper.ofDial(leased.cause(), took));
                    }
                    return leased.result()
                            .map(lease -> exchange(request, attempt, lease))
                            .orElseGet(() -> attempt(request, attempt));
                });
    }

    /** The same, told on this context: others may complete it on theirs. */
    private static <T> Future<T> on(Context context, Future<T> future) {
        if (future.isComplete()) {
            return future;
        }
        Promise<T> promise = Promise.promise();
        future.onComplete(result -> context.runOnContext(go -> promise.handle(result)));
        return promise.future();
    }

    /** After a failed dial: the next address, or the same again while paths are being found, or the failure. */
    private Future<ProxyResponse> retryDial(
            UpstreamRequest request, Attempt attempt, UpstreamFailureMapper.DialFailure dial) {
        if (dial.isRepeatable() && attempt.endpoint() + 1 < request.endpoints().size()) {
            request.dialCheck().onRetry(dial.failure());
            return attempt(request, attempt.nextEndpoint());
        }
        boolean onRetry = dial.isRepeatable() && (dial.timedOut() || request.pathMayBeSettling());
        if (!onRetry || attempt.failedDials() >= RETRY_DELAYS_MS.length) {
            return Future.failedFuture(dial.failure());
        }
        long pause = RETRY_DELAYS_MS[attempt.failedDials()];
        if (clock.millis() + pause >= request.deadline()) {
            return Future.failedFuture(dial.failure());
        }
        request.dialCheck().onRetry(dial.failure());
        Promise<ProxyResponse> promise = Promise.promise();
        vertx.setTimer(pause, id -> attempt(request, attempt.restarted()).onComplete(promise));
        return promise.future();
    }

    private Future<ProxyResponse> exchange(UpstreamRequest request, Attempt attempt, Lease lease) {
        Promise<ProxyResponse> promise = Promise.promise();
        HttpClientRequest out = lease.request();
        long remaining = request.deadline() - clock.millis();
        long timeout =
                Math.max(1, Math.min(remaining, settings.firstByteTimeout().toMillis()));
        long timer = vertx.setTimer(timeout, id -> {
            promise.tryFail(timeout());
            lease.discard();
        });
        // After the response's header section, cancellation ends the body.
        request.clientGone().onComplete(cancelled -> {
            if (!out.response().isComplete()) {
                promise.tryFail(clientGone());
                lease.cancel();
            }
        });
        Promise<Void> sent = Promise.promise();
        out.response().onComplete(result -> {
            vertx.cancelTimer(timer);
            if (promise.future().isComplete()) {
                result.map(late -> late.exceptionHandler(e -> {}));
                return;
            }
            if (result.succeeded()) {
                accept(request, lease, sent.future(), result.result()).onComplete(promise);
                return;
            }
            lease.failed();
            if (lease.reused()
                    && request.isRepeatable()
                    && !UpstreamFailureMapper.isHttp2ProtocolError(result.cause())) {
                // The pooled connection was dead: nothing of a response came, and doing it twice does no harm. Over
                // HTTP/1.1 what is no response may be left over from the exchange before; a stream is told from others.
                request.dialCheck().onRetry(UpstreamFailureMapper.ofExchange(result.cause()));
                attempt(request, attempt.onNewConnection()).onComplete(promise);
            } else {
                promise.tryFail(UpstreamFailureMapper.ofExchange(result.cause()));
            }
        });
        // Told by the response's future already; without a handler it would be logged as well.
        out.exceptionHandler(e -> {});
        RequestWriter.write(request, out).onComplete(sent);
        return promise.future();
    }

    private Future<ProxyResponse> accept(
            UpstreamRequest request, Lease lease, Future<Void> sent, HttpClientResponse response) {
        if (response.statusCode() < 200 || response.statusCode() > 999) {
            ignoreFailure(response);
            lease.discard();
            return Future.failedFuture(new ProxyFailure(
                    ErrorName.INVALID_RESPONSE, "the target responded with the status " + response.statusCode()));
        }
        Headers headers = headers(response);
        if (!isValid(headers) || (response.version() == HttpVersion.HTTP_2 && !isValidHttp2Framing(headers))) {
            ignoreFailure(response);
            lease.cancel();
            return Future.failedFuture(new ProxyFailure(
                    ErrorName.INVALID_RESPONSE, "the target's response holds a header that is not allowed"));
        }
        response.pause();
        OptionalLong expected = hasBody(request, response) ? length(headers) : OptionalLong.empty();
        ResponseBodyStream stream =
                new ResponseBodyStream(response, expected, () -> completeExchange(lease, sent), lease::cancel);
        long timer = vertx.setTimer(Math.max(1, request.deadline() - clock.millis()), id -> stream.expire(timeout()));
        response.end().onComplete(ended -> vertx.cancelTimer(timer));
        request.clientGone().onComplete(cancelled -> stream.expire(clientGone()));
        return Future.succeededFuture(new ProxyResponse(
                response.statusCode(), headers, new Body.Streamed(stream, length(headers), lease::cancel)));
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

    private static Headers headers(HttpClientResponse response) {
        List<HeaderField> fields = new ArrayList<>();
        for (Map.Entry<String, String> field : response.headers()) {
            fields.add(new HeaderField(field.getKey(), field.getValue()));
        }
        return Headers.of(fields);
    }

    /** HTTP/2 lets through what would end a line of HTTP/1.1 (RFC 9113 section 8.2.1). */
    private static boolean isValid(Headers headers) {
        return headers.stream().allMatch(field -> Grammar.isToken(field.name()) && Grammar.isFieldValue(field.value()));
    }

    /** HTTP/2 has no transfer codings (RFC 9113 section 8.2.2). Over HTTP/1.1 this is decided before the body is read. */
    private static boolean isValidHttp2Framing(Headers headers) {
        try {
            return !Framing.of(headers, false).chunked();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static OptionalLong length(Headers headers) {
        return headers.first("content-length")
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    private static ProxyFailure timeout() {
        return new ProxyFailure(ErrorName.TIMEOUT, "the target did not respond in time");
    }

    static ProxyFailure clientGone() {
        return new ProxyFailure(ErrorName.CONNECTION_RESET, "the client left before the response");
    }

    @Override
    public void close() {
        connections.close();
    }
}
