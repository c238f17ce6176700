package dev.tailnetproxy.proxy.core;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the environment was frozen: the wall clock has gone on, the monotonic clock has stood still. Paths to
 * peers have to be found again then, as after joining.
 */
public final class Freezes {

    /** Corrections of the wall clock by a time service are smaller. */
    private static final long LEAST_MS = 1000;

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    private long ahead;
    private Optional<Long> lastThaw = Optional.empty();

    /** @param monotonicNanos a clock that stands still in a freeze, such as {@link System#nanoTime} */
    public Freezes(Clock wall, LongSupplier monotonicNanos) {
        this.wall = wall;
        this.monotonicNanos = monotonicNanos;
        this.ahead = wallAhead();
    }

    /** Compares the clocks. To be called when a request comes: the first one after a thaw notices it. */
    synchronized void look() {
        long now = wallAhead();
        if (now - ahead >= LEAST_MS) {
            lastThaw = Optional.of(wall.millis());
        }
        ahead = now;
    }

    /** Wall-clock milliseconds at which the last thaw was noticed. */
    synchronized Optional<Long> lastThaw() {
        return lastThaw;
    }

    private long wallAhead() {
        return wall.millis() - TimeUnit.NANOSECONDS.toMillis(monotonicNanos.getAsLong());
    }
}
