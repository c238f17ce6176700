package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Limits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends requests to targets through the SOCKS5 server, and sends them again where that is safe and of use. */
public final class UpstreamClient implements AutoCloseable {

    private static final List<Duration> RETRY_DELAYS =
            List.of(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));

    private final Vertx vertx;
    private final Context context;
    private final UpstreamSettings settings;
    private final ConnectionPool connections;
    private final ResponseReader responses;

    public UpstreamClient(Vertx vertx, UpstreamSettings settings, Limits limits, Clock clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.connections = new ConnectionPool(vertx, settings, limits, clock);
        this.responses = new ResponseReader(vertx);
    }

    /**
     * Sends the request.
     *
     * @return the response, its body still arriving. Fails with a {@link ProxyFailure} and nothing else
     */
    public Future<ProxyResponse> send(UpstreamRequest request) {
        return onContext(() -> attempt(request, SendAttempt.first(reuse(request))))
                .recover(e -> Future.failedFuture(UpstreamFailureMapper.ofExchange(e)));
    }

    /** At once where there is a context; a turn of its event loop more would be for nothing. */
    private Future<ProxyResponse> onContext(Supplier<Future<ProxyResponse>> first) {
        if (Vertx.currentContext() != null) {
            return first.get();
        }
        Promise<ProxyResponse> promise = Promise.promise();
        context.runOnContext(go -> first.get().onComplete(promise));
        return promise.future();
    }

    /** What may become a connection of another protocol is one that HTTP/2 is not offered on. */
    private static ConnectionReuse reuse(UpstreamRequest request) {
        if (request.upgrade().isPresent()) {
            return ConnectionReuse.NONE;
        }
        return request.isRepeatable() ? ConnectionReuse.ANY : ConnectionReuse.RECENT;
    }

    private Future<ProxyResponse> attempt(UpstreamRequest request, SendAttempt attempt) {
        if (request.deadline().isOver()) {
            return Future.failedFuture(timeout());
        }
        if (request.clientGone().isComplete()) {
            return Future.failedFuture(clientGone());
        }
        Endpoint endpoint = request.endpoints().get(attempt.endpoint());
        return granted(request, attempt, endpoint, request.clientGone())
                .compose(grant -> onConnection(request, attempt, endpoint, grant));
    }

    private Future<SlotGrant> granted(
            UpstreamRequest request, SendAttempt attempt, Endpoint endpoint, Future<Void> cancelled) {
        Context here = vertx.getOrCreateContext();
        return on(here, connections.acquire(endpoint, request.deadline(), attempt.reuse(), cancelled))
                .compose(grant -> on(here, permit(request, attempt, endpoint, grant))
                        .recover(refused -> {
                            connections.release(grant);
                            return Future.failedFuture(refused);
                        }));
    }

    /** When the endpoint may be dialled, or used: the policy is asked anew after everything that takes time. */
    private Future<SlotGrant> permit(UpstreamRequest request, SendAttempt attempt, Endpoint endpoint, SlotGrant grant) {
        UpstreamRequest.DialCheck check = request.dialCheck();
        Future<Void> permission =
                attempt.isFirst() && !grant.waited() ? Future.succeededFuture() : check.permit(endpoint);
        if (grant.open()) {
            return permission.map(grant);
        }
        return permission.compose(may -> {
            Future<SlotGrant> dial = check.awaitPath(endpoint).compose(known -> connections.awaitDial(grant, request));
            return dial.isComplete() ? dial : dial.compose(granted -> permitLate(check, endpoint, granted));
        });
    }

    private static Future<SlotGrant> permitLate(UpstreamRequest.DialCheck check, Endpoint endpoint, SlotGrant granted) {
        return check.permit(endpoint).map(granted).onFailure(refused -> granted.dialEnded());
    }

    private Future<ProxyResponse> onConnection(
            UpstreamRequest request, SendAttempt attempt, Endpoint endpoint, SlotGrant grant) {
        if (request.clientGone().isComplete()) {
            connections.release(grant);
            return Future.failedFuture(clientGone());
        }
        if (request.deadline().isOver()) {
            connections.release(grant);
            return Future.failedFuture(timeout());
        }
        // Monotonic, as it is compared with how long the SOCKS5 server dials; a correction of the wall clock is no
        // wait.
        long started = System.nanoTime();
        Future<Optional<Lease>> dial = connections.lease(grant, request);
        // On a connection that is there already nobody waits.
        Future<Optional<Lease>> connected = dial.isComplete()
                ? dial
                : ConnectionAttempts.first(
                        vertx, dial, settings.connectionAttemptDelay(), redial(request, attempt.again(), endpoint));
        return connected.transform(leased -> {
            if (leased.failed()) {
                Duration took = Duration.ofNanos(System.nanoTime() - started);
                return retryDial(request, attempt, UpstreamFailureMapper.ofDial(leased.cause(), took));
            }
            return leased.result()
                    .map(lease -> exchange(request, attempt, lease))
                    .orElseGet(() -> attempt(request, attempt));
        });
    }

    private ConnectionAttempts.Redial redial(UpstreamRequest request, SendAttempt attempt, Endpoint endpoint) {
        return new ConnectionAttempts.Redial() {
            @Override
            public Future<Optional<Lease>> begin(Future<Void> over) {
                if (!connections.hasRoomForFurtherDials()) {
                    return Future.succeededFuture(Optional.empty());
                }
                return granted(request, attempt, endpoint, over).compose(grant -> {
                    if (over.isComplete()) {
                        connections.release(grant);
                        return Future.succeededFuture(Optional.empty());
                    }
                    return connections.lease(grant, request);
                });
            }

            @Override
            public void taken() {
                request.dialCheck().onRetry(ConnectionAttempts.silentDial());
            }
        };
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
            UpstreamRequest request, SendAttempt attempt, UpstreamFailureMapper.DialFailure dial) {
        if (dial.retry().retriesNextEndpoint()
                && attempt.endpoint() + 1 < request.endpoints().size()) {
            request.dialCheck().onRetry(dial.failure());
            return attempt(request, attempt.nextEndpoint());
        }
        if (!dial.retry().retriesSameEndpoint(request.pathMayBeSettling())
                || attempt.failedDials() >= RETRY_DELAYS.size()) {
            return Future.failedFuture(dial.failure());
        }
        Duration pause = RETRY_DELAYS.get(attempt.failedDials());
        if (request.deadline().remaining().compareTo(pause) <= 0) {
            return Future.failedFuture(dial.failure());
        }
        request.dialCheck().onRetry(dial.failure());
        Promise<ProxyResponse> promise = Promise.promise();
        vertx.setTimer(
                pause.toMillis(), id -> attempt(request, attempt.restarted()).onComplete(promise));
        return promise.future();
    }

    private Future<ProxyResponse> exchange(UpstreamRequest request, SendAttempt attempt, Lease lease) {
        Promise<ProxyResponse> promise = Promise.promise();
        HttpClientRequest out = lease.request();
        long timeout = request.deadline().earlier(settings.firstByteTimeout()).timerMillis();
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
                responses.read(request, lease, sent.future(), result.result()).onComplete(promise);
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

    static ProxyFailure timeout() {
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
