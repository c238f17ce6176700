package dev.tailnetproxy.proxy.logging;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Decides when a problem is said: when it has lasted for a while, when it has another cause, and every ten minutes for as
 * long as it lasts. Who looks into the log hours after it began finds it there, and it does not fill the log.
 */
public final class LastingProblem {

    private static final Duration AGAIN = Duration.ofMinutes(10);

    /** Causes that take turns are few. */
    private static final int MAX_CAUSES = 16;

    private final Clock clock;
    private final Duration patience;
    private final Map<String, Long> said = new LinkedHashMap<>();
    private OptionalLong begun = OptionalLong.empty();

    /** @param patience how long it may last before it is worth a line */
    public LastingProblem(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /** It is so now, for this cause; whether that is to be said. */
    public synchronized boolean isDue(String cause) {
        long now = clock.millis();
        long since = begun.orElse(now);
        begun = OptionalLong.of(since);
        Long before = said.get(cause);
        if (now - since < patience.toMillis() || (before != null && now - before < AGAIN.toMillis())) {
            return false;
        }
        if (before == null && said.size() >= MAX_CAUSES) {
            said.remove(said.keySet().iterator().next());
        }
        said.put(cause, now);
        return true;
    }

    /** It is over; whether it had been said. */
    public synchronized boolean over() {
        boolean wasSaid = !said.isEmpty();
        begun = OptionalLong.empty();
        said.clear();
        return wasSaid;
    }
}
