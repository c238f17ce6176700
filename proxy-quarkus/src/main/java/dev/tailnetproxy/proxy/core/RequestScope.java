package dev.tailnetproxy.proxy.core;

import static java.util.Objects.requireNonNull;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.mapping.TargetHeaders;
import dev.tailnetproxy.proxy.metrics.MetricLabels;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What is learnt about one request on its way, for the log and the metrics. Used by one request only. */
final class RequestScope {

    /** Stands in logs and metrics where an error's name would: the caller left before its response was whole. */
    static final String CLIENT_GONE = "CallerGone";

    private static final Fault CLIENT_GONE_FAULT =
            new Fault(CLIENT_GONE, "the client's connection ended before the response was whole");

    /** A name for what went wrong, and why. */
    private record Fault(String name, String reason) {}

    private final ProxyRequest request;
    private final Future<Void> clientGone;
    private final Consumer<RequestSummary> onEnd;
    private final LongSupplier bytesIn;
    private final long startNanos = System.nanoTime();
    private volatile String target = "-";
    private volatile Optional<MetricLabels> labels = Optional.empty();
    private volatile long firstByte = -1;
    private volatile Runnable release = () -> {};
    private volatile Optional<String> note = Optional.empty();
    private volatile boolean logAbandoned;
    private final AtomicReference<RetryCount> retries = new AtomicReference<>(RetryCount.NONE);

    /** @param onEnd is told once, when the response has been handed on or given up */
    RequestScope(ProxyRequest request, Future<Void> clientGone, Consumer<RequestSummary> onEnd) {
        this.clientGone = clientGone;
        this.onEnd = onEnd;
        if (request.body() instanceof Body.Streamed streamed) {
            CountingReadStream counted = new CountingReadStream(streamed.stream(), (bytes, broken) -> {});
            this.request = request.withBody(new Body.Streamed(counted, streamed.length(), streamed.cancel()));
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
    void target(TargetHeaders headers) {
        target = headers.host() + ":" + headers.port();
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
        firstByte = elapsedMillis();
    }

    /** The client has left within its request. */
    void logAbandoned() {
        logAbandoned = true;
    }

    /** What the log should tell of it although it is no error. */
    void note(String text) {
        note = Optional.of(text);
    }

    /** A dial or the sending has failed, and is done again. */
    void onRetry(String why) {
        retries.updateAndGet(before -> before.and(why));
    }

    /** The same response; when its body has ended the request is over. */
    ProxyResponse tracked(ProxyResponse response) {
        if (!(response.body() instanceof Body.Streamed streamed)) {
            finish(response, response.body().length().orElse(0), Optional.empty());
            return response;
        }
        CountingReadStream tracked =
                new CountingReadStream(streamed.stream(), (bytes, broken) -> finish(response, bytes, broken));
        Runnable cancel = () -> {
            streamed.cancel().run();
            tracked.cancelled();
        };
        return response.withBody(new Body.Streamed(tracked, streamed.length(), cancel));
    }

    private void finish(ProxyResponse response, long bytesOut, Optional<Throwable> broken) {
        release.run();
        Optional<Fault> fault = fault(response, broken);
        onEnd.accept(new RequestSummary(
                request.id(),
                request.caller(),
                request.method(),
                target,
                response.status(),
                fault.map(Fault::name),
                fault.map(Fault::reason).or(() -> note),
                requireNonNull(retries.get()),
                bytesIn.getAsLong(),
                bytesOut,
                elapsedMillis(),
                firstByte,
                labels));
    }

    private Optional<Fault> fault(ProxyResponse response, Optional<Throwable> broken) {
        if (logAbandoned || clientGone.isComplete()) {
            return Optional.of(CLIENT_GONE_FAULT);
        }
        // Of a target's response the two fields have been taken away.
        return broken.map(RequestScope::ofBrokenBody).or(() -> response.headers()
                .first("ts-error-name")
                .map(name -> new Fault(
                        name, response.headers().first("ts-error-message").orElse(""))));
    }

    private static Fault ofBrokenBody(Throwable broken) {
        return broken instanceof ProxyFailure failure
                ? new Fault(failure.name().wireName(), failure.reason())
                : new Fault(ErrorName.CONNECTION_RESET.wireName(), "the response's body broke off");
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
