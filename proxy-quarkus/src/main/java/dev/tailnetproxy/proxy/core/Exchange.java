package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.mapping.TargetHeaders;
import dev.tailnetproxy.proxy.metrics.MetricLabels;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is learnt about one request on its way, for the log and the metrics. Used by one request only. */
final class Exchange {

    private final ProxyRequest request;
    private final long begun = System.nanoTime();
    private volatile String target = "-";
    private volatile Optional<MetricLabels> labels = Optional.empty();
    private volatile long firstByte = -1;

    Exchange(ProxyRequest request) {
        this.request = request;
    }

    ProxyRequest request() {
        return request;
    }

    void isFor(TargetHeaders headers) {
        target = headers.host() + ":" + headers.port();
    }

    void isCountedAs(Optional<MetricLabels> metricLabels) {
        labels = metricLabels;
    }

    /** The target has begun to answer. */
    void answered() {
        firstByte = sinceBegin();
    }

    void finish(ProxyResponse response, RequestMetrics metrics) {
        long total = sinceBegin();
        RequestLog.write(request, target, response, new RequestLog.Timings(total, firstByte));
        labels.ifPresent(l -> metrics.record(l, firstByte >= 0, Duration.ofMillis(total)));
    }

    private long sinceBegin() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }
}
