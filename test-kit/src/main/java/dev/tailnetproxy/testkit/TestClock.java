package dev.tailnetproxy.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock that a freeze moves on at once. */
public final class TestClock extends Clock {

    private final AtomicLong ahead = new AtomicLong();
    private final AtomicLong passedNanos = new AtomicLong();

    /** Lets time pass for both clocks. */
    public void pass(Duration duration) {
        passedNanos.addAndGet(duration.toNanos());
        ahead.addAndGet(duration.toMillis());
    }

    /** The monotonic clock, which stands still in a freeze. */
    public long nanoTime() {
        return System.nanoTime() + passedNanos.get();
    }

    /** Lets time pass as in a freeze: the wall clock moves, timers and connections notice nothing. */
    public void freezeFor(Duration duration) {
        ahead.addAndGet(duration.toMillis());
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
        return Instant.ofEpochMilli(System.currentTimeMillis() + ahead.get());
    }
}
