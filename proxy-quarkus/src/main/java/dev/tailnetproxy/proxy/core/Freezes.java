package dev.tailnetproxy.proxy.core;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the environment was frozen: the wall clock has gone on while nothing here ran. Paths to peers have to be
 * found again then, as after joining. Whether the monotonic clock stands still in a freeze depends on how it is done, so
 * that both are signs of one: a monotonic clock that stayed behind, and a heartbeat that did not beat.
 */
public final class Freezes {

    /** Corrections of the wall clock by a time service are smaller. */
    private static final long LEAST_MS = 1000;

    private static final long HEARTBEAT_MS = 1000;

    /** A heartbeat that is later than a busy process makes it. */
    private static final long SILENCE_MS = 5 * HEARTBEAT_MS;

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    private long ahead;
    private Optional<Long> lastBeat = Optional.empty();
    private Optional<Long> lastThaw = Optional.empty();

    /** @param monotonicNanos a clock that may stand still in a freeze, such as {@link System#nanoTime} */
    public Freezes(Clock wall, LongSupplier monotonicNanos) {
        this.wall = wall;
        this.monotonicNanos = monotonicNanos;
        this.ahead = wallAhead();
    }

    /** Begins the heartbeat, for as long as Vert.x runs. */
    public Freezes beating(Vertx vertx) {
        vertx.setPeriodic(HEARTBEAT_MS, id -> beat());
        return this;
    }

    /** Compares the clocks. To be called when a request comes: the first one after a thaw notices it. */
    synchronized void look() {
        long now = wall.millis();
        long nowAhead = wallAhead();
        boolean silent = lastBeat.map(beat -> now - beat >= SILENCE_MS).orElse(false);
        if (nowAhead - ahead >= LEAST_MS || silent) {
            lastThaw = Optional.of(now);
            lastBeat = lastBeat.map(beat -> now);
        }
        ahead = nowAhead;
    }

    /** One beat of the heart. */
    synchronized void beat() {
        look();
        lastBeat = Optional.of(wall.millis());
    }

    /** Wall-clock milliseconds at which the last thaw was noticed. */
    synchronized Optional<Long> lastThaw() {
        return lastThaw;
    }

    private long wallAhead() {
        return wall.millis() - TimeUnit.NANOSECONDS.toMillis(monotonicNanos.getAsLong());
    }
}
