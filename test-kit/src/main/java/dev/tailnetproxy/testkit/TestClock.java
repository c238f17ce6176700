package dev.tailnetproxy.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A wall clock and a monotonic clock that a test moves on at once. */
public final class TestClock extends Clock {

    private static final long ANY_TIME_MILLIS = 1_700_000_000_000L;

    private final LongSupplier wallMillis;
    private final LongSupplier monotonicNanos;
    private final AtomicLong wallAheadMillis = new AtomicLong();
    private final AtomicLong monotonicAheadNanos = new AtomicLong();

    private TestClock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
        this.wallMillis = wallMillis;
        this.monotonicNanos = monotonicNanos;
    }

    /** Clocks that go on by themselves as well. */
    public TestClock() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    /** Clocks that only the test moves. */
    public static TestClock stopped() {
        return new TestClock(() -> ANY_TIME_MILLIS, () -> 0);
    }

    /** Lets time pass for both clocks. */
    public void pass(Duration duration) {
        monotonicAheadNanos.addAndGet(duration.toNanos());
        wallAheadMillis.addAndGet(duration.toMillis());
    }

    /** Lets time pass as in a freeze: the wall clock moves, timers and connections notice nothing. */
    public void freezeFor(Duration duration) {
        wallAheadMillis.addAndGet(duration.toMillis());
    }

    /** The monotonic clock, which stands still in a freeze. */
    public long nanoTime() {
        return monotonicNanos.getAsLong() + monotonicAheadNanos.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(wallMillis.getAsLong() + wallAheadMillis.get());
    }
}
