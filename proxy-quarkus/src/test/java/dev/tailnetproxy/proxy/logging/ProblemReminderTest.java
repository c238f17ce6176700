package dev.tailnetproxy.proxy.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.TestClock;
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
        assertFalse(dueAfter(Duration.ZERO, "a"));
        assertFalse(dueAfter(Duration.ofSeconds(4), "a"));
        assertFalse(problem.resolved());
        assertFalse(dueAfter(Duration.ofSeconds(4), "a"), "it has begun anew");
    }

    @ParameterizedTest
    @CsvSource({"a, 540, false", "a, 600, true", "a, 86400, true", "b, 0, true"})
    void lastingProblemIsLoggedAgain(String cause, long seconds, boolean due) {
        problem.shouldLog("a");
        assertTrue(dueAfter(Duration.ofSeconds(5), "a"));

        assertEquals(due, dueAfter(Duration.ofSeconds(seconds), cause));
    }

    @Test
    void alternatingCausesAreRateLimited() {
        problem.shouldLog("a");
        clock.pass(Duration.ofSeconds(5));
        int logged = 0;
        for (int i = 0; i < 100; i++) {
            logged += problem.shouldLog(i % 2 == 0 ? "a" : "b") ? 1 : 0;
        }

        assertEquals(2, logged);
    }

    @Test
    void resolutionIsReportedIfLogged() {
        problem.shouldLog("a");
        assertTrue(dueAfter(Duration.ofSeconds(5), "a"));

        assertTrue(problem.resolved());
        assertFalse(problem.resolved());
    }
}
