package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Admission;
import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.mapping.ErrorResponses;
import dev.tailnetproxy.proxy.mapping.MetricHeaders;
import dev.tailnetproxy.proxy.mapping.TargetHeaders;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The proxy: one request in, one answer out. */
public final class ProxyService {

    private static final Logger LOG = Logger.getLogger(ProxyService.class);

    private final OwnAnswers own;
    private final Forwarding forwarding;
    private final ErrorResponses errors;
    private final RequestMetrics metrics;
    private final TrafficMetrics traffic;
    private final Limits limits;
    private final Admission admission;
    private final Clock clock;

    public ProxyService(
            OwnAnswers own,
            Forwarding forwarding,
            ErrorResponses errors,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Limits limits,
            Clock clock) {
        this.own = own;
        this.forwarding = forwarding;
        this.errors = errors;
        this.metrics = metrics;
        this.traffic = traffic;
        this.limits = limits;
        this.admission = new Admission(limits);
        this.clock = clock;
    }

    /**
     * Forwards the request.
     *
     * @param memory what a short request body is taken from
     * @param callerGone completes when nobody waits for the answer any more; the target's connection is closed then
     * @return the target's answer, or the proxy's own for a failure before the target's answer began; does not fail.
     *     The body of a target's answer may still fail, with a {@link ProxyFailure}
     */
    public Future<ProxyResponse> handle(ProxyRequest request, Reservation memory, Future<Void> callerGone) {
        Exchange exchange = exchange(request, callerGone);
        return begin(exchange, memory)
                .recover(e -> Future.succeededFuture(failed(e)))
                .map(exchange::watched);
    }

    /** The memory for the bytes of all requests. */
    public Limit bytesInMemory() {
        return limits.bufferedBytes();
    }

    /** What the bodies of one request take of the memory for all; to be closed when it is over. */
    public Reservation reservation() {
        return new Reservation(limits.bufferedBytes());
    }

    /** Like {@link #handleBuffered(ProxyRequest, Buffering.Limit, Reservation, Future)}, for who always waits. */
    public Future<ProxyResponse> handleBuffered(ProxyRequest request, Buffering.Limit limit, Reservation memory) {
        return handleBuffered(request, limit, memory, nobodyLeaves());
    }

    /**
     * Like {@link #handle}, but gives the response when its body is wholly in memory, at most {@code limit} long.
     *
     * @param memory what the response's body, and a short request body, are taken from
     */
    public Future<ProxyResponse> handleBuffered(
            ProxyRequest request, Buffering.Limit limit, Reservation memory, Future<Void> callerGone) {
        Exchange exchange = exchange(request, callerGone);
        return begin(exchange, memory)
                .compose(response -> Buffering.collect(response, limit, memory))
                .recover(e -> Future.succeededFuture(failed(e)))
                .map(exchange::watched);
    }

    private Exchange exchange(ProxyRequest request, Future<Void> callerGone) {
        traffic.begun();
        return new Exchange(request, callerGone, this::over);
    }

    private void over(Served served) {
        Duration took = Duration.ofMillis(served.totalMillis());
        RequestLog.write(served);
        served.labels().ifPresent(labels -> metrics.record(labels, served.reached(), took));
        traffic.ended(served.status(), served.error(), took, served.bytesIn(), served.bytesOut());
    }

    private Future<ProxyResponse> begin(Exchange exchange, Reservation memory) {
        Future<ProxyResponse> begun;
        try {
            exchange.labels(MetricHeaders.parse(exchange.request().headers()));
            RequestCheck.check(exchange.request());
            Optional<Future<ProxyResponse>> ownAnswer = own.answer(exchange.request());
            if (ownAnswer.isPresent()) {
                exchange.labels(Optional.empty());
                begun = ownAnswer.get().onSuccess(response -> own.trouble().ifPresent(exchange::remark));
            } else {
                TargetHeaders target = forwarding.target(exchange.request());
                exchange.target(target);
                exchange.whenOver(admit(exchange.request().caller(), target)::giveBack);
                return body(exchange, RequestBodies.read(exchange.request().body(), memory, exchange.callerGone()))
                        .compose(body ->
                                forwarding.forward(exchange, exchange.request().withBody(body), target));
            }
        } catch (ProxyFailure e) {
            if (e.name() == ErrorName.OVERLOADED) {
                // Nothing more is taken from a client for whom there is no place.
                return Future.failedFuture(e);
            }
            begun = Future.failedFuture(e);
        } catch (RuntimeException e) {
            begun = Future.failedFuture(e);
        }
        Future<ProxyResponse> response = begun;
        return body(exchange, RequestBodies.discard(exchange.request().body(), exchange.callerGone()))
                .compose(discarded -> response);
    }

    private Admission.Place admit(Caller caller, TargetHeaders target) {
        String client = caller instanceof Caller.Peer peer ? peer.address() : "";
        return admission.admit(client, target.host() + " " + target.port());
    }

    private static <T> Future<T> body(Exchange exchange, Future<T> read) {
        return read.onFailure(e -> {
            if (!(e instanceof ProxyFailure failure) || failure.name() != ErrorName.OVERLOADED) {
                exchange.abandoned();
            }
        });
    }

    /**
     * The answer to what can't be read as a request; log and metrics are told like of any other.
     *
     * @param id what identifies it in logs
     * @param caller who sent it
     */
    public ProxyResponse unreadable(String id, Caller caller, ProxyFailure failure) {
        return exchange(nothing(id, caller), nobodyLeaves()).watched(failed(failure));
    }

    private ProxyRequest nothing(String id, Caller caller) {
        return new ProxyRequest("-", "-", null, Headers.none(), Body.empty(), id, clock.millis(), caller);
    }

    /** The answer for a failure. */
    public ProxyResponse failed(Throwable e) {
        ProxyFailure failure = e instanceof ProxyFailure named
                ? named
                : new ProxyFailure(ErrorName.INTERNAL_ERROR, "the proxy itself failed; its log says where", e);
        if (failure.name() == ErrorName.INTERNAL_ERROR) {
            LOG.error(
                    "BUG: a failure that has no name",
                    placeOf(failure.getCause() == null ? failure : failure.getCause()));
        }
        return errors.of(failure);
    }

    /** Where it happened, without the message: that may quote what a caller or a target said. */
    private static Throwable placeOf(Throwable e) {
        Throwable place = new Throwable(e.getClass().getName());
        place.setStackTrace(e.getStackTrace());
        return place;
    }

    private static Future<Void> nobodyLeaves() {
        return Promise.<Void>promise().future();
    }
}
