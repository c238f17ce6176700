package dev.tailnetproxy.proxy.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.testkit.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much time a request has, by a wall clock that jumps on as in a freeze. */
class RemainingTimeTest {

    private final TestClock clock = TestClock.stopped();

    @ParameterizedTest
    @CsvSource({
        "PT10S, PT0S, PT10S, 10000, false",
        "PT10S, PT9.999S, PT0.001S, 1, false",
        "PT10S, PT10S, PT0S, 1, true",
        "PT10S, PT1H, PT0S, 1, true",
        "PT0S, PT0S, PT0S, 1, true",
        "PT-5S, PT0S, PT0S, 1, true",
        "PT10S, PT-1H, PT1H10S, 3610000, false",
    })
    void remainingTimeIsNeverNegative(
            Duration time, Duration passed, Duration remaining, long timerMillis, boolean isOver) {
        Deadline deadline = Deadline.in(time, clock);

        clock.freezeFor(passed);

        assertThat(deadline.remaining()).isEqualTo(remaining);
        assertThat(deadline.timerMillis()).isEqualTo(timerMillis);
        assertThat(deadline.isOver()).isEqualTo(isOver);
    }

    @Test
    void earlierDeadlineCountsFromNow() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(10), clock);
        clock.freezeFor(Duration.ofSeconds(4));

        assertThat(deadline.earlier(Duration.ofSeconds(5)).remaining()).isEqualTo(Duration.ofSeconds(5));
        assertThat(deadline.earlier(Duration.ofSeconds(6))).isEqualTo(deadline);
        assertThat(deadline.earlier(Duration.ofSeconds(7))).isEqualTo(deadline);
    }
}
