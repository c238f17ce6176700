package dev.tailnetproxy.proxy.resolution;

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
public final class FreezeDetector {

    /** Corrections of the wall clock by a time service are smaller. */
    private static final long MIN_FREEZE_MS = 1000;

    private static final long HEARTBEAT_MS = 1000;

    /** A heartbeat that is later than a busy process makes it. */
    private static final long MAX_HEARTBEAT_GAP_MS = 5 * HEARTBEAT_MS;

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    private long wallClockLead;
    private Optional<Long> lastHeartbeat = Optional.empty();
    private Optional<Long> lastThaw = Optional.empty();

    /** @param monotonicNanos a clock that may stand still in a freeze, such as {@link System#nanoTime} */
    public FreezeDetector(Clock wall, LongSupplier monotonicNanos) {
        this.wall = wall;
        this.monotonicNanos = monotonicNanos;
        this.wallClockLead = measureLead();
    }

    /** Begins the heartbeat, for as long as Vert.x runs. */
    public FreezeDetector withHeartbeat(Vertx vertx) {
        vertx.setPeriodic(HEARTBEAT_MS, id -> heartbeat());
        return this;
    }

    /** Compares the clocks. To be called when a request comes: the first one after a thaw notices it. */
    synchronized void check() {
        long now = wall.millis();
        long currentLead = measureLead();
        boolean heartbeatMissed = lastHeartbeat
                .map(heartbeat -> now - heartbeat >= MAX_HEARTBEAT_GAP_MS)
                .orElse(false);
        if (currentLead - wallClockLead >= MIN_FREEZE_MS || heartbeatMissed) {
            lastThaw = Optional.of(now);
            lastHeartbeat = lastHeartbeat.map(heartbeat -> now);
        }
        wallClockLead = currentLead;
    }

    /** One beat of the heart. */
    synchronized void heartbeat() {
        check();
        lastHeartbeat = Optional.of(wall.millis());
    }

    /** Wall-clock milliseconds at which the last thaw was noticed. */
    synchronized Optional<Long> lastThaw() {
        return lastThaw;
    }

    private long measureLead() {
        return wall.millis() - TimeUnit.NANOSECONDS.toMillis(monotonicNanos.getAsLong());
    }
}
