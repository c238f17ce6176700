package dev.tailnetproxy.proxy.metrics;

import dev.tailnetproxy.proxy.failure.Outcome;
import java.time.Duration;

/** What a monitoring system wants to know of all requests together, as opposed to the callers' own {@link RequestMetrics}. */
public interface TrafficMetrics extends AutoCloseable {

    /** A request has arrived. */
    void started();

    /**
     * A request is over, its response handed on or given up.
     *
     * @param status the response's status
     * @param outcome how it ended
     * @param duration from the request's arrival
     * @param bytesIn length of the request's body, as far as it was read
     * @param bytesOut length of the response's body, as far as it was handed on
     */
    void ended(int status, Outcome outcome, Duration duration, long bytesIn, long bytesOut);

    /** Gives back what it holds. */
    @Override
    default void close() {}

    /** A no-op implementation. */
    static TrafficMetrics none() {
        return new TrafficMetrics() {
            @Override
            public void started() {}

            @Override
            public void ended(int status, Outcome outcome, Duration duration, long bytesIn, long bytesOut) {}
        };
    }
}
