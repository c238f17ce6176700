package dev.tailnetproxy.proxy.forwarding;

import static java.util.Objects.requireNonNull;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.accesslog.RequestSummary;
import dev.tailnetproxy.proxy.accesslog.RetryCount;
import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.http.Tunnel;
import dev.tailnetproxy.proxy.metrics.MetricLabels;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What is learnt about one request on its way, for the log and the metrics. Used by one request only. */
final class RequestScope {

    private static final int SWITCHING_PROTOCOLS = 101;

    private final ProxyRequest request;
    private final Future<Void> clientGone;
    private final Consumer<RequestSummary> onEnd;
    private final LongSupplier bytesIn;
    /** Monotonic: a correction of the wall clock must not show in a duration, and no freeze comes within a request. */
    private final long startNanos = System.nanoTime();

    private volatile Caller caller;
    private volatile String target = "-";
    private volatile Optional<MetricLabels> labels = Optional.empty();
    private volatile Optional<Duration> firstByte = Optional.empty();
    private volatile Runnable release = () -> {};
    private volatile boolean logAbandoned;
    private final AtomicReference<RetryCount> retries = new AtomicReference<>(RetryCount.NONE);

    /** @param onEnd is told once, when the response has been handed on or given up */
    RequestScope(ProxyRequest request, Future<Void> clientGone, Consumer<RequestSummary> onEnd) {
        this.clientGone = clientGone;
        this.onEnd = onEnd;
        this.caller = request.caller();
        Optional<Body.Streamed> streamed = request.body().streamed();
        if (streamed.isPresent()) {
            CountingReadStream counted = new CountingReadStream(streamed.get().stream(), (bytes, broken) -> {});
            this.request = request.withBody(new Body.Streamed(
                    counted, streamed.get().length(), streamed.get().cancel()));
            this.bytesIn = counted::bytes;
        } else {
            this.request = request;
            this.bytesIn = () -> request.body().length().orElse(0);
        }
    }

    ProxyRequest request() {
        return request;
    }

    Future<Void> clientGone() {
        return clientGone;
    }

    /** Where it goes, for the log. */
    void target(Target selected) {
        target = selected.host() + ":" + selected.port();
    }

    /** Who sent it, for the log. */
    void caller(Caller sender) {
        caller = sender;
    }

    /** Under what it is counted. */
    void labels(Optional<MetricLabels> metricLabels) {
        labels = metricLabels;
    }

    /** Runs once when the request is over. */
    void onEnd(Runnable action) {
        release = action;
    }

    /** The target has begun to respond. */
    void responseStarted() {
        firstByte = Optional.of(elapsed());
    }

    /** The client has left within its request. */
    void logAbandoned() {
        logAbandoned = true;
    }

    /** A dial or the sending has failed, and is done again. */
    void onRetry(String why) {
        retries.updateAndGet(before -> before.and(why));
    }

    /** The response; when its body has ended the request is over. */
    ProxyResponse tracked(ResponseOutcome result) {
        ProxyResponse response = result.response();
        if (response.tunnel().isPresent()) {
            Tunnel tunnel = response.tunnel().get();
            tunnel.over().onSuccess(ending -> finish(tunnel, ending));
            return response;
        }
        Optional<Body.Streamed> streamed = response.body().streamed();
        if (streamed.isEmpty()) {
            finish(result, response.body().length().orElse(0), Optional.empty());
            return response;
        }
        return tracked(result, streamed.get());
    }

    private ProxyResponse tracked(ResponseOutcome result, Body.Streamed streamed) {
        CountingReadStream tracked =
                new CountingReadStream(streamed.stream(), (bytes, broken) -> finish(result, bytes, broken));
        Runnable cancel = () -> {
            streamed.cancel().run();
            tracked.cancelled();
        };
        return result.response().withBody(new Body.Streamed(tracked, streamed.length(), cancel));
    }

    private void finish(Tunnel tunnel, Tunnel.Ending ending) {
        finish(
                SWITCHING_PROTOCOLS,
                ending == Tunnel.Ending.UNUSED ? Outcome.ClientGone.INSTANCE : new Outcome.Switched(ending.sentence()),
                tunnel.bytesFromClient(),
                tunnel.bytesFromTarget());
    }

    private void finish(ResponseOutcome result, long bytesOut, Optional<Throwable> broken) {
        finish(result.response().status(), outcome(result, broken), bytesIn.getAsLong(), bytesOut);
    }

    private void finish(int status, Outcome outcome, long in, long out) {
        release.run();
        onEnd.accept(new RequestSummary(
                request.id(),
                caller,
                request.method(),
                target,
                status,
                outcome,
                requireNonNull(retries.get()),
                in,
                out,
                elapsed(),
                firstByte,
                labels));
    }

    private Outcome outcome(ResponseOutcome result, Optional<Throwable> broken) {
        if (logAbandoned || clientGone.isComplete()) {
            return Outcome.ClientGone.INSTANCE;
        }
        return broken.map(RequestScope::ofBrokenBody).orElse(result.outcome());
    }

    private static Outcome ofBrokenBody(Throwable broken) {
        return broken instanceof ProxyFailure failure
                ? Outcome.of(failure.name(), failure.reason())
                : new Outcome.Failed(ErrorName.CONNECTION_RESET, "the response's body broke off");
    }

    private Duration elapsed() {
        return Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    }
}
