package dev.tailnetproxy.proxy.resolution;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the environment was frozen: the wall clock has gone on while nothing here ran. Paths to peers have to be
 * found again then, as after joining. Whether the monotonic clock stands still in a freeze depends on how it is done, so
 * that both are signs of one: a monotonic clock that stayed behind, and a heartbeat that did not beat.
 */
public final class FreezeDetector {

    /** Corrections of the wall clock by a time service are smaller. */
    private static final Duration MIN_FREEZE = Duration.ofSeconds(1);

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** A heartbeat that is later than a busy process makes it. */
    private static final Duration MAX_HEARTBEAT_GAP = HEARTBEAT.multipliedBy(5);

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    /** Milliseconds from the monotonic clock, which begins anywhere, to the wall clock: only a change of it is a sign. */
    private long wallClockLead;

    private Optional<Instant> lastHeartbeat = Optional.empty();
    private Optional<Instant> lastThaw = Optional.empty();

    /** @param monotonicNanos a clock that may stand still in a freeze, such as {@link System#nanoTime} */
    public FreezeDetector(Clock wall, LongSupplier monotonicNanos) {
        this.wall = wall;
        this.monotonicNanos = monotonicNanos;
        this.wallClockLead = measureLead(wall.instant());
    }

    /** Begins the heartbeat, for as long as Vert.x runs. */
    public FreezeDetector withHeartbeat(Vertx vertx) {
        vertx.setPeriodic(HEARTBEAT.toMillis(), id -> heartbeat());
        return this;
    }

    /** Compares the clocks. To be called when a request comes: the first one after a thaw notices it. */
    synchronized void check() {
        Instant now = wall.instant();
        long currentLead = measureLead(now);
        boolean heartbeatMissed = lastHeartbeat
                .filter(heartbeat -> !now.isBefore(heartbeat.plus(MAX_HEARTBEAT_GAP)))
                .isPresent();
        if (currentLead - wallClockLead >= MIN_FREEZE.toMillis() || heartbeatMissed) {
            lastThaw = Optional.of(now);
            lastHeartbeat = lastHeartbeat.map(heartbeat -> now);
        }
        wallClockLead = currentLead;
    }

    /** One beat of the heart. */
    synchronized void heartbeat() {
        check();
        lastHeartbeat = Optional.of(wall.instant());
    }

    /** When the last thaw was noticed. */
    synchronized Optional<Instant> lastThaw() {
        return lastThaw;
    }

    private long measureLead(Instant now) {
        return now.toEpochMilli() - TimeUnit.NANOSECONDS.toMillis(monotonicNanos.getAsLong());
    }
}
