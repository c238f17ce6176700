package dev.tailnetproxy.proxy.metrics;

import java.time.Duration;

/** Metrics that are collected first and sent later, which a host that may be frozen has to order in time. */
@FunctionalInterface
public interface FlushableMetrics {

    /**
     * Sends what is recorded and not sent yet. Called before an invocation ends, as a freeze may follow; never fails.
     *
     * @param atMost how long it may block
     */
    void flush(Duration atMost);

    /** Nothing to send: every record is written at once, or none is. */
    static FlushableMetrics none() {
        return atMost -> {};
    }
}
