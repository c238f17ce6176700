package dev.tailnetproxy.proxy.server;

import java.time.Duration;

/**
 * What one connection may take.
 *
 * @param idleTimeout longest time in which it has no request under way
 * @param requestTimeout longest time for one request, from its arrival on
 * @param writingTime beyond that, for the rest of a response that a slow client reads
 * @param maxPendingResponses most requests that have arrived and whose responses are not written to the network
 */
record ConnectionLimits(Duration idleTimeout, Duration requestTimeout, Duration writingTime, int maxPendingResponses) {

    ConnectionLimits {
        checkPositive(idleTimeout, "the idle timeout");
        checkPositive(requestTimeout, "the request timeout");
        checkPositive(writingTime, "the writing time");
        if (maxPendingResponses < 1) {
            throw new IllegalArgumentException("no request could be served");
        }
        if (idleTimeout.isNegative() || requestTimeout.isNegative() || writingTime.isNegative()) {
            throw new IllegalArgumentException("a duration is negative");
        }
    }

    static void checkPositive(Duration time, String name) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + " is not positive: " + time);
        }
    }
}
