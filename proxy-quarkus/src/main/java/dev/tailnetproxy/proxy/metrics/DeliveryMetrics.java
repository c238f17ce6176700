package dev.tailnetproxy.proxy.metrics;

import java.time.Duration;

/** Where the metrics of queued deliveries go. */
@FunctionalInterface
public interface DeliveryMetrics {

    /** What has become of a message that was received once more. */
    enum Result {
        DELIVERED("delivered"),
        FAILED("failed"),
        DEAD_LETTERED("deadLettered");

        private final String counter;

        Result(String counter) {
            this.counter = counter;
        }

        /** The name of the metric that counts it. */
        public String counter() {
            return counter;
        }
    }

    /**
     * Counts one message.
     *
     * @param queue the queue's name
     * @param age how long ago it was accepted
     */
    void record(String queue, Result result, Duration age);

    /** Counts nothing. */
    static DeliveryMetrics none() {
        return (queue, result, age) -> {};
    }
}
