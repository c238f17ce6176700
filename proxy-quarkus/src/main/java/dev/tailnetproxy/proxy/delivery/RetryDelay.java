package dev.tailnetproxy.proxy.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a message waits for its next attempt: each time twice as long, up to 15 minutes, less up to a quarter at random, so
 * that messages that failed together do not come back together. A target that returns has all of its messages within that
 * time.
 */
public final class RetryDelay {

    static final Duration FIRST = Duration.ofSeconds(5);
    static final Duration LONGEST = Duration.ofMinutes(15);

    private static final int MAX_DOUBLINGS = 16;
    private static final double LEAST_PART = 0.75;

    private final RandomGenerator random;

    public RetryDelay(RandomGenerator random) {
        this.random = random;
    }

    /** @param receives how often the message was received */
    Duration after(int receives) {
        long seconds = FIRST.toSeconds() << Math.min(receives - 1, MAX_DOUBLINGS);
        long capped = Math.min(seconds, LONGEST.toSeconds());
        double part = LEAST_PART + (1 - LEAST_PART) * random.nextDouble();
        return Duration.ofMillis((long) (capped * part * 1000));
    }
}
