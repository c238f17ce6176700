package dev.tailnetproxy.proxy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.testkit.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a problem that lasts is said. */
class ProblemReminderTest {

    private final TestClock clock = new TestClock();
    private final ProblemReminder problem = new ProblemReminder(clock, Duration.ofSeconds(5));

    private boolean dueAfter(Duration passed, String cause) {
        clock.pass(passed);
        return problem.shouldLog(cause);
    }

    @Test
    void briefProblemIsNotLogged() {
        assertThat(dueAfter(Duration.ZERO, "a")).isFalse();
        assertThat(dueAfter(Duration.ofSeconds(4), "a")).isFalse();
        assertThat(problem.resolved()).isFalse();
        assertThat(dueAfter(Duration.ofSeconds(4), "a")).as("it has begun anew").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"a, 540, false", "a, 600, true", "a, 86400, true", "b, 0, true"})
    void lastingProblemIsLoggedAgain(String cause, long seconds, boolean due) {
        problem.shouldLog("a");
        assertThat(dueAfter(Duration.ofSeconds(5), "a")).isTrue();

        assertThat(dueAfter(Duration.ofSeconds(seconds), cause)).isEqualTo(due);
    }

    @Test
    void alternatingCausesAreRateLimited() {
        problem.shouldLog("a");
        clock.pass(Duration.ofSeconds(5));
        int logged = 0;
        for (int i = 0; i < 100; i++) {
            logged += problem.shouldLog(i % 2 == 0 ? "a" : "b") ? 1 : 0;
        }

        assertThat(logged).isEqualTo(2);
    }

    @Test
    void resolutionIsReportedIfLogged() {
        problem.shouldLog("a");
        assertThat(dueAfter(Duration.ofSeconds(5), "a")).isTrue();

        assertThat(problem.resolved()).isTrue();
        assertThat(problem.resolved()).isFalse();
    }
}
