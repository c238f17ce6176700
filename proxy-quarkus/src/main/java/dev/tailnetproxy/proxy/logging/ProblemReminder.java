package dev.tailnetproxy.proxy.logging;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides when a problem is said: when it has lasted for a while, when it has another cause, and every ten minutes for as
 * long as it lasts. Who looks into the log hours after it began finds it there, and it does not fill the log.
 */
public final class ProblemReminder {

    private static final Duration REMINDER_INTERVAL = Duration.ofMinutes(10);

    /** Causes that take turns are few. */
    private static final int MAX_CAUSES = 16;

    private final Clock clock;
    private final Duration gracePeriod;
    private final Map<String, Instant> loggedAt = new LinkedHashMap<>();
    private Optional<Instant> startedAt = Optional.empty();

    /** @param gracePeriod how long it may last before it is worth a line */
    public ProblemReminder(Clock clock, Duration gracePeriod) {
        this.clock = clock;
        this.gracePeriod = gracePeriod;
    }

    /** It is so now, for this cause; whether that is to be said. */
    public synchronized boolean shouldLog(String cause) {
        Instant now = clock.instant();
        Instant since = startedAt.orElse(now);
        startedAt = Optional.of(since);
        Instant previous = loggedAt.get(cause);
        if (now.isBefore(since.plus(gracePeriod))
                || (previous != null && now.isBefore(previous.plus(REMINDER_INTERVAL)))) {
            return false;
        }
        if (previous == null && loggedAt.size() >= MAX_CAUSES) {
            loggedAt.remove(loggedAt.keySet().iterator().next());
        }
        loggedAt.put(cause, now);
        return true;
    }

    /** It is over; whether it had been said. */
    public synchronized boolean resolved() {
        boolean wasLogged = !loggedAt.isEmpty();
        startedAt = Optional.empty();
        loggedAt.clear();
        return wasLogged;
    }
}
