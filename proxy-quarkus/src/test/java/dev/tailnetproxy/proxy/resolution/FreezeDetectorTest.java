package dev.tailnetproxy.proxy.resolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A freeze is a wall clock that has gone on without the monotonic clock, or without the heartbeat. */
class FreezeDetectorTest {

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

    private final FreezeDetector freezes =
            new FreezeDetector(wall, () -> TimeUnit.MILLISECONDS.toNanos(monotonicMillis));

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
    void detectsFreezeByClockDifference(long wallPassed, long monotonicPassed, boolean frozen) {
        wallMillis += wallPassed;
        monotonicMillis += monotonicPassed;
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(frozen ? Optional.of(wall.instant()) : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"4999, false", "5000, true", "3600000, true"})
    void detectsFreezeByMissedHeartbeat(long passed, boolean frozen) {
        freezes.heartbeat();
        wallMillis += passed;
        monotonicMillis += passed;
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(frozen ? Optional.of(wall.instant()) : Optional.empty());
    }

    @Test
    void regularHeartbeatsAreNotAFreeze() {
        for (int i = 0; i < 3600; i++) {
            wallMillis += 1000;
            monotonicMillis += 1000;
            freezes.heartbeat();
        }
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(longs = {2000L, 86400000L})
    void detectsFreezeOnce(long frozen) {
        wallMillis += frozen;
        freezes.check();
        Instant thawed = wall.instant();
        wallMillis += 10;
        monotonicMillis += 10;
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(Optional.of(thawed));
    }
}
