package dev.tailnetproxy.client;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Decides after each failure whether, and after what pause, the request is sent again. */
record RetryDecider(RetryPolicy policy, RandomGenerator random) {

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** Errors of the proxy before it has sent anything that ask for a retry. */
    private static final Set<ProxyError> RETRYABLE_ERRORS =
            Set.of(ProxyError.TAILNET_UNAVAILABLE, ProxyError.OVERLOADED);

    /**
     * The pause before the next attempt, or nothing when this failure is reported to the application.
     *
     * @param method the request's method
     * @param attempts how many there were
     * @param failure the failure of the last attempt
     * @param remaining how much time remains for the request as a whole
     */
    Optional<Duration> pauseAfter(String method, int attempts, Throwable failure, Duration remaining) {
        if (attempts >= policy.maxAttempts()) {
            return Optional.empty();
        }
        return requestedDelay(method, failure)
                .map(delay -> delay.plus(jitter(attempts)))
                .filter(pause -> pause.compareTo(remaining) < 0);
    }

    /** The wait that the other side asks for, zero without one; empty when there is no further attempt. */
    private Optional<Duration> requestedDelay(String method, Throwable failure) {
        if (failure instanceof ProxyException proxy) {
            boolean retryAfterGiven = RETRYABLE_ERRORS.contains(proxy.error())
                    && proxy.retryAfter().isPresent();
            boolean optedIntoRetry = policy.alsoRetried().contains(proxy.error()) && IDEMPOTENT.contains(method);
            return retryAfterGiven || optedIntoRetry
                    ? Optional.of(proxy.retryAfter().orElse(Duration.ZERO))
                    : Optional.empty();
        }
        if (failure instanceof FunctionUrlException lambda) {
            return lambda.isThrottled() ? Optional.of(lambda.retryAfter().orElse(Duration.ZERO)) : Optional.empty();
        }
        boolean nothingWasSent = failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
        return nothingWasSent ? Optional.of(Duration.ZERO) : Optional.empty();
    }

    private Duration jitter(int attempts) {
        double backoff = policy.baseDelay().toMillis() * Math.pow(2, attempts - 1);
        long maxJitter = (long) Math.min((double) policy.maxDelay().toMillis(), backoff);
        return Duration.ofMillis(random.nextLong(maxJitter + 1));
    }
}
