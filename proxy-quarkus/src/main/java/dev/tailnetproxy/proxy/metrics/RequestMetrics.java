package dev.tailnetproxy.proxy.metrics;

import java.time.Duration;

/** Where the metrics of requests go: namespace {@code tailscale-service}, {@code success} or {@code failure}, {@code duration}. */
public interface RequestMetrics extends AutoCloseable {

    /** The namespace of all metrics. */
    String NAMESPACE = "tailscale-service";

    /**
     * Counts one request.
     *
     * @param reached whether the target responded, whatever its status
     * @param duration from the request's arrival to the end of the response
     */
    void record(MetricLabels labels, boolean reached, Duration duration);

    /** Gives back what it holds. */
    @Override
    default void close() {}

    /** Counts nothing. */
    static RequestMetrics none() {
        return (labels, reached, duration) -> {};
    }
}
