package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.accesslog.RequestLog;
import dev.tailnetproxy.proxy.accesslog.RequestSummary;
import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.headers.MetricHeaders;
import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Admission;
import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.time.Deadline;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The proxy: one request in, one response out. */
public final class ProxyService {

    private static final Logger LOG = Logger.getLogger(ProxyService.class);

    private final ControlEndpoints controlEndpoints;
    private final Delivery delivery;
    private final FailureResponses errors;
    private final RequestMetrics metrics;
    private final TrafficMetrics traffic;
    private final Limits limits;
    private final Admission admission;
    private final Clock clock;
    private final Consumer<RequestSummary> log;

    public ProxyService(
            ControlEndpoints controlEndpoints,
            Delivery delivery,
            FailureResponses errors,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Limits limits,
            Clock clock) {
        this(
                controlEndpoints,
                delivery,
                errors,
                metrics,
                traffic,
                limits,
                new Admission(limits),
                clock,
                RequestLog::write);
    }

    private ProxyService(
            ControlEndpoints controlEndpoints,
            Delivery delivery,
            FailureResponses errors,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Limits limits,
            Admission admission,
            Clock clock,
            Consumer<RequestSummary> log) {
        this.controlEndpoints = controlEndpoints;
        this.delivery = delivery;
        this.errors = errors;
        this.metrics = metrics;
        this.traffic = traffic;
        this.limits = limits;
        this.admission = admission;
        this.clock = clock;
        this.log = log;
    }

    /** The same proxy for requests that are delivered in another way. Clients and targets have one share in both. */
    public ProxyService withDelivery(Delivery other) {
        return new ProxyService(controlEndpoints, other, errors, metrics, traffic, limits, admission, clock, log);
    }

    /** The same proxy for requests that nobody has sent: neither the log nor the metrics are told of them. */
    public ProxyService unrecorded(Delivery other) {
        return new ProxyService(
                controlEndpoints,
                other,
                errors,
                RequestMetrics.none(),
                TrafficMetrics.none(),
                limits,
                admission,
                clock,
                summary -> {});
    }

    /**
     * Forwards the request.
     *
     * @param memory what a short request body is taken from
     * @param clientGone completes when nobody waits for the response any more; the target's connection is closed then
     * @return the target's response, or the proxy's own for a failure before the target's response began; does not fail.
     *     The body of a target's response may still fail, with a {@link ProxyFailure}
     */
    public Future<ProxyResponse> handle(ProxyRequest request, Reservation memory, Future<Void> clientGone) {
        RequestScope scope = scope(request, clientGone);
        return dispatch(scope, memory)
                .recover(e -> Future.succeededFuture(failed(e)))
                .map(scope::tracked);
    }

    /** The memory for the bytes of all requests. */
    public Limit bytesInMemory() {
        return limits.bufferedBytes();
    }

    /** What the bodies of one request take of the memory for all; to be closed when it is over. */
    public Reservation reservation() {
        return new Reservation(limits.bufferedBytes());
    }

    /** Like the other {@code handleBuffered}, for a client that never leaves. */
    public Future<ProxyResponse> handleBuffered(
            ProxyRequest request, BodyAggregator.MaxBodySize limit, Reservation memory) {
        return handleBuffered(request, limit, memory, neverCancelled());
    }

    /**
     * Like {@link #handle}, but gives the response when its body is wholly in memory, at most {@code limit} long.
     *
     * @param memory what the response's body, and a short request body, are taken from
     */
    public Future<ProxyResponse> handleBuffered(
            ProxyRequest request, BodyAggregator.MaxBodySize limit, Reservation memory, Future<Void> clientGone) {
        RequestScope scope = scope(request, clientGone);
        return dispatch(scope, memory)
                .compose(result ->
                        BodyAggregator.collect(result.response(), limit, memory).map(result::withResponse))
                .recover(e -> Future.succeededFuture(failed(e)))
                .map(scope::tracked);
    }

    private RequestScope scope(ProxyRequest request, Future<Void> clientGone) {
        traffic.started();
        return new RequestScope(request, clientGone, this::finish);
    }

    private void finish(RequestSummary summary) {
        log.accept(summary);
        summary.labels().ifPresent(labels -> metrics.record(labels, summary.reached(), summary.duration()));
        traffic.ended(summary.status(), summary.outcome(), summary.duration(), summary.bytesIn(), summary.bytesOut());
    }

    private Future<ResponseOutcome> dispatch(RequestScope scope, Reservation memory) {
        Future<ResponseOutcome> started;
        try {
            scope.caller(delivery.caller(scope.request()));
            ProxyRequest request = delivery.interpret(scope.request());
            scope.labels(MetricHeaders.parse(request.headers()));
            RequestValidator.check(request);
            Optional<Future<ProxyResponse>> controlResponse = controlEndpoints.handle(request);
            if (controlResponse.isPresent()) {
                scope.labels(Optional.empty());
                started = controlResponse
                        .get()
                        .map(response ->
                                new ResponseOutcome(response, new Outcome.Handled(controlEndpoints.currentProblem())));
            } else {
                Selection selection = delivery.select(request);
                scope.target(selection.target());
                scope.onEnd(admit(request.caller(), selection.target())::release);
                return body(scope, RequestBodies.read(request.body(), memory, scope.clientGone()))
                        .compose(body -> delivery.deliver(scope, request.withBody(body), selection));
            }
        } catch (ProxyFailure e) {
            if (e.name() == ErrorName.OVERLOADED) {
                // Nothing more is taken from a client for whom there is no place.
                return Future.failedFuture(e);
            }
            started = Future.failedFuture(e);
        } catch (RuntimeException e) {
            started = Future.failedFuture(e);
        }
        Future<ResponseOutcome> response = started;
        return body(scope, RequestBodies.discard(scope.request().body(), scope.clientGone()))
                .compose(discarded -> response);
    }

    private Admission.Place admit(Caller caller, Target target) {
        return admission.admit(caller.peerAddress().orElse(""), target.host() + " " + target.port());
    }

    private static <T> Future<T> body(RequestScope scope, Future<T> read) {
        return read.onFailure(e -> {
            if (!(e instanceof ProxyFailure failure) || failure.name() != ErrorName.OVERLOADED) {
                scope.logAbandoned();
            }
        });
    }

    /**
     * The response to what can't be read as a request; log and metrics are told like of any other.
     *
     * @param id what identifies it in logs
     * @param caller who sent it
     */
    public ProxyResponse rejectMalformed(String id, Caller caller, ProxyFailure failure) {
        return scope(emptyRequest(id, caller), neverCancelled()).tracked(failed(failure));
    }

    private ProxyRequest emptyRequest(String id, Caller caller) {
        return ProxyRequest.of("-", "-", null, Headers.none(), Body.empty(), id, Deadline.in(Duration.ZERO, clock))
                .from(caller);
    }

    /** The response for a failure. */
    public ProxyResponse errorResponse(Throwable e) {
        return failed(e).response();
    }

    private ResponseOutcome failed(Throwable e) {
        ProxyFailure failure = e instanceof ProxyFailure named
                ? named
                : new ProxyFailure(ErrorName.INTERNAL_ERROR, "the proxy itself failed; its log says where", e);
        if (failure.name() == ErrorName.INTERNAL_ERROR) {
            LOG.error(
                    "BUG: a failure that has no name",
                    withoutMessage(failure.getCause() == null ? failure : failure.getCause()));
        }
        return new ResponseOutcome(errors.of(failure), Outcome.of(failure.name(), ErrorResponses.message(failure)));
    }

    /** Where it happened, without the message: that may quote what a caller or a target said. */
    private static Throwable withoutMessage(Throwable e) {
        Throwable stripped = new Throwable(e.getClass().getName());
        stripped.setStackTrace(e.getStackTrace());
        return stripped;
    }

    private static Future<Void> neverCancelled() {
        return Promise.<Void>promise().future();
    }
}
