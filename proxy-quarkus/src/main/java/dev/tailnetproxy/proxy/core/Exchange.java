package dev.tailnetproxy.proxy.core;

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
final class Exchange {

    /** Stands in logs and metrics where an error's name would: the caller left before its answer was whole. */
    static final String CALLER_GONE = "CallerGone";

    private static final Fault GONE =
            new Fault(CALLER_GONE, "the client's connection ended before the response was whole");

    /** A name for what went wrong, and why. */
    private record Fault(String name, String reason) {}

    private final ProxyRequest request;
    private final Future<Void> callerGone;
    private final Consumer<Served> whenOver;
    private final LongSupplier bytesIn;
    private final long begun = System.nanoTime();
    private volatile String target = "-";
    private volatile Optional<MetricLabels> labels = Optional.empty();
    private volatile long firstByte = -1;
    private volatile Runnable release = () -> {};
    private volatile Optional<String> remark = Optional.empty();
    private volatile boolean abandoned;
    private final AtomicReference<Retries> retries = new AtomicReference<>(Retries.NONE);

    /** @param whenOver is told once, when the answer has been handed on or given up */
    Exchange(ProxyRequest request, Future<Void> callerGone, Consumer<Served> whenOver) {
        this.callerGone = callerGone;
        this.whenOver = whenOver;
        if (request.body() instanceof Body.Streamed streamed) {
            WatchedStream counted = new WatchedStream(streamed.stream(), (bytes, broken) -> {});
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

    Future<Void> callerGone() {
        return callerGone;
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
    void whenOver(Runnable gives) {
        release = gives;
    }

    /** The target has begun to answer. */
    void answered() {
        firstByte = sinceBegin();
    }

    /** The client has left within its request. */
    void abandoned() {
        abandoned = true;
    }

    /** What the log should tell of it although it is no error. */
    void remark(String text) {
        remark = Optional.of(text);
    }

    /** A dial or the sending has failed, and is done again. */
    void again(String why) {
        retries.updateAndGet(before -> before.and(why));
    }

    /** The same answer; when its body has ended the request is over. */
    ProxyResponse watched(ProxyResponse response) {
        if (!(response.body() instanceof Body.Streamed streamed)) {
            over(response, response.body().length().orElse(0), Optional.empty());
            return response;
        }
        WatchedStream watched = new WatchedStream(streamed.stream(), (bytes, broken) -> over(response, bytes, broken));
        Runnable cancel = () -> {
            streamed.cancel().run();
            watched.givenUp();
        };
        return response.withBody(new Body.Streamed(watched, streamed.length(), cancel));
    }

    private void over(ProxyResponse response, long bytesOut, Optional<Throwable> broken) {
        release.run();
        Optional<Fault> fault = fault(response, broken);
        whenOver.accept(new Served(
                request.id(),
                request.caller(),
                request.method(),
                target,
                response.status(),
                fault.map(Fault::name),
                fault.map(Fault::reason).or(() -> remark),
                retries.get(),
                bytesIn.getAsLong(),
                bytesOut,
                sinceBegin(),
                firstByte,
                labels));
    }

    private Optional<Fault> fault(ProxyResponse response, Optional<Throwable> broken) {
        if (abandoned || callerGone.isComplete()) {
            return Optional.of(GONE);
        }
        // Of a target's response the two fields have been taken away.
        return broken.map(Exchange::ofBody).or(() -> response.headers()
                .first("ts-error-name")
                .map(name -> new Fault(
                        name, response.headers().first("ts-error-message").orElse(""))));
    }

    private static Fault ofBody(Throwable broken) {
        return broken instanceof ProxyFailure failure
                ? new Fault(failure.name().wireName(), failure.reason())
                : new Fault(ErrorName.CONNECTION_RESET.wireName(), "the response's body broke off");
    }

    private long sinceBegin() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }
}
