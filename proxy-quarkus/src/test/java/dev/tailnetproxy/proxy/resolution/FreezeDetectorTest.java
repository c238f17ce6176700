package dev.tailnetproxy.proxy.resolution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A freeze is a wall clock that has gone on without the monotonic clock, or without the heartbeat. */
class FreezeDetectorTest {

    private final TestClock clock = TestClock.stopped();

    private final FreezeDetector freezes = new FreezeDetector(clock, clock::nanoTime);

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
        clock.pass(Duration.ofMillis(monotonicPassed));
        clock.freezeFor(Duration.ofMillis(wallPassed - monotonicPassed));
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(frozen ? Optional.of(clock.instant()) : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"4999, false", "5000, true", "3600000, true"})
    void detectsFreezeByMissedHeartbeat(long passed, boolean frozen) {
        freezes.heartbeat();
        clock.pass(Duration.ofMillis(passed));
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(frozen ? Optional.of(clock.instant()) : Optional.empty());
    }

    @Test
    void regularHeartbeatsAreNotAFreeze() {
        for (int i = 0; i < 3600; i++) {
            clock.pass(Duration.ofSeconds(1));
            freezes.heartbeat();
        }
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(longs = {2000L, 86400000L})
    void detectsFreezeOnce(long frozen) {
        clock.freezeFor(Duration.ofMillis(frozen));
        freezes.check();
        Instant thawed = clock.instant();
        clock.pass(Duration.ofMillis(10));
        freezes.check();

        assertThat(freezes.lastThaw()).isEqualTo(Optional.of(thawed));
    }
}
