package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.Optional;

/**
 * The result of one attempt of a request.
 *
 * @param number 1 for the first
 * @param signing how long it took to have credentials and a signature
 * @param timeToResponse from sending until the body handler gave its body, which for one that streams is when the headers came;
 *     or to the failure
 * @param failure why there is no response of the target; nothing when there is one
 * @param pause how long until the next attempt; nothing when this was the last
 */
public record Attempt(
        int number, Duration signing, Duration timeToResponse, Optional<Throwable> failure, Optional<Duration> pause) {

    /** Receives each finished attempt, on a thread of the client; it should return at once. */
    @FunctionalInterface
    public interface Listener {

        /** An attempt is over. */
        void attempted(Attempt attempt);
    }
}
