package dev.tailnetproxy.proxy.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * When a request is over, by the wall clock: timers and the monotonic clock stand still while a Lambda environment is
 * frozen. It counts in milliseconds, as timers do.
 *
 * @param instant from when on no response is of use
 * @param clock says how late it is
 */
public record Deadline(Instant instant, Clock clock) {

    /** The deadline after so much time. */
    public static Deadline in(Duration time, Clock clock) {
        return new Deadline(Instant.ofEpochMilli(clock.millis() + time.toMillis()), clock);
    }

    /** How much time there is; zero when it is over, never negative. */
    public Duration remaining() {
        return Duration.ofMillis(Math.max(0, remainingMillis()));
    }

    /** The remaining time for a timer, in milliseconds: at least one, as timers take no less. */
    public long timerMillis() {
        return Math.max(1, remainingMillis());
    }

    public boolean isOver() {
        return remainingMillis() <= 0;
    }

    /** This deadline, or the one after so much time if that comes first. */
    public Deadline earlier(Duration time) {
        Deadline other = in(time, clock);
        return other.instant.isBefore(instant) ? other : this;
    }

    private long remainingMillis() {
        return instant.toEpochMilli() - clock.millis();
    }
}
