package dev.tailnetproxy.client;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Decides after each failure whether, and after what pause, the request is sent again. */
record Retries(RetryPolicy policy, RandomGenerator random) {

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** What the proxy says before it has sent anything, and asks to try again. */
    private static final Set<ProxyError> SENT_NOTHING = Set.of(ProxyError.TAILNET_UNAVAILABLE, ProxyError.OVERLOADED);

    /**
     * The pause before the next attempt, or nothing when this failure is the caller's to see.
     *
     * @param method the request's method
     * @param attempts how many there were
     * @param failure what the last one ended with
     * @param left how much time remains for the request as a whole
     */
    Optional<Duration> pauseAfter(String method, int attempts, Throwable failure, Duration left) {
        if (attempts >= policy.maxAttempts()) {
            return Optional.empty();
        }
        return askedFor(method, failure)
                .map(asked -> asked.plus(jitter(attempts)))
                .filter(pause -> pause.compareTo(left) < 0);
    }

    /** What the other side asks to wait, zero when it says nothing; nothing at all when there is no second attempt. */
    private Optional<Duration> askedFor(String method, Throwable failure) {
        if (failure instanceof ProxyException proxy) {
            boolean asksForIt =
                    SENT_NOTHING.contains(proxy.error()) && proxy.retryAfter().isPresent();
            boolean optedIn = policy.alsoRetried().contains(proxy.error()) && IDEMPOTENT.contains(method);
            return asksForIt || optedIn ? Optional.of(proxy.retryAfter().orElse(Duration.ZERO)) : Optional.empty();
        }
        if (failure instanceof FunctionUrlException lambda) {
            return lambda.isThrottled() ? Optional.of(lambda.retryAfter().orElse(Duration.ZERO)) : Optional.empty();
        }
        boolean nothingWasSent = failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
        return nothingWasSent ? Optional.of(Duration.ZERO) : Optional.empty();
    }

    private Duration jitter(int attempts) {
        double grown = policy.baseDelay().toMillis() * Math.pow(2, attempts - 1);
        long longest = (long) Math.min((double) policy.maxDelay().toMillis(), grown);
        return Duration.ofMillis(random.nextLong(longest + 1));
    }
}
