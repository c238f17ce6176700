package dev.tailnetproxy.proxy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A freeze is a wall clock that has gone on without the monotonic clock, or without the heartbeat. */
class FreezesTest {

    private long wallMillis = 1_700_000_000_000L;
    private long monotonicMillis = 5;

    private final Clock wall = new Clock() {
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
            return Instant.ofEpochMilli(wallMillis);
        }
    };

    private final Freezes freezes = new Freezes(wall, () -> TimeUnit.MILLISECONDS.toNanos(monotonicMillis));

    @ParameterizedTest
    @CsvSource({
        "0, 0, false",
        "3600000, 3600000, false",
        "3600000, 0, true",
        "3600000, 100, true",
        "1000, 0, true",
        "999, 0, false",
        "-3600000, 0, false",
        "0, 3600000, false",
    })
    void isNoticedByTheDifferenceOfTheClocks(long wallPassed, long monotonicPassed, boolean frozen) {
        wallMillis += wallPassed;
        monotonicMillis += monotonicPassed;
        freezes.look();

        assertEquals(frozen ? Optional.of(wallMillis) : Optional.empty(), freezes.lastThaw());
    }

    @ParameterizedTest
    @CsvSource({"4999, false", "5000, true", "3600000, true"})
    void isNoticedByAHeartThatDidNotBeat(long passed, boolean frozen) {
        freezes.beat();
        wallMillis += passed;
        monotonicMillis += passed;
        freezes.look();

        assertEquals(frozen ? Optional.of(wallMillis) : Optional.empty(), freezes.lastThaw());
    }

    @Test
    void isNotSeenInAnHourOfHeartbeats() {
        for (int i = 0; i < 3600; i++) {
            wallMillis += 1000;
            monotonicMillis += 1000;
            freezes.beat();
        }
        freezes.look();

        assertEquals(Optional.empty(), freezes.lastThaw());
    }

    @ParameterizedTest
    @CsvSource({"2000", "86400000"})
    void isNoticedOnce(long frozen) {
        wallMillis += frozen;
        freezes.look();
        long thawed = wallMillis;
        wallMillis += 10;
        monotonicMillis += 10;
        freezes.look();

        assertEquals(Optional.of(thawed), freezes.lastThaw());
    }
}
