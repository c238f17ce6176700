package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.Set;

/**
 * How often and for how long a request is tried. What is tried again is only what has certainly not reached the target:
 * the proxy's {@code TailnetUnavailable} and {@code Overloaded} with {@code Retry-After}, Lambda's own throttling, and a connection to the Function
 * URL that could not be opened.
 *
 * <p>The pause before the n-th further attempt is what {@code Retry-After} asks for and, on top, a random span between zero
 * and {@code baseDelay} times 2<sup>n-1</sup>, at most {@code maxDelay} (full jitter).
 *
 * @param maxAttempts attempts in all; 1 means none but the first
 * @param baseDelay the longest random pause before the second attempt
 * @param maxDelay the longest random pause before any attempt
 * @param deadline no further attempt starts when this time has passed since the first
 * @param alsoRetried further errors of the proxy that are retried, for idempotent methods
 *     (RFC 9110 section 9.2.2); the target may see such a request twice
 */
public record RetryPolicy(
        int maxAttempts, Duration baseDelay, Duration maxDelay, Duration deadline, Set<ProxyError> alsoRetried) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when there is no attempt at all or a time is negative
     */
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("a retry policy needs at least one attempt, not " + maxAttempts);
        }
        if (baseDelay.isNegative() || maxDelay.isNegative() || deadline.isNegative()) {
            throw new IllegalArgumentException("the times of a retry policy can't be negative");
        }
        alsoRetried = Set.copyOf(alsoRetried);
    }

    /** Four attempts, pauses from 200 ms to 5 s, nothing new after 30 s. */
    public static RetryPolicy standard() {
        return new RetryPolicy(4, Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofSeconds(30), Set.of());
    }

    /** One attempt. */
    public static RetryPolicy never() {
        return new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Set.of());
    }

    /** The same policy that tries idempotent requests again after these errors, too. */
    public RetryPolicy alsoOn(ProxyError... errors) {
        return new RetryPolicy(maxAttempts, baseDelay, maxDelay, deadline, Set.of(errors));
    }
}
