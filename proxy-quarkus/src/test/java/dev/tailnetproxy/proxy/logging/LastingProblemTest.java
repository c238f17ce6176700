package dev.tailnetproxy.proxy.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a problem that lasts is said. */
class LastingProblemTest {

    private final SettableClock clock = new SettableClock();
    private final LastingProblem problem = new LastingProblem(clock, Duration.ofSeconds(5));

    private boolean dueAfter(Duration passed, String cause) {
        clock.pass(passed);
        return problem.isDue(cause);
    }

    @Test
    void aBriefOneIsNot() {
        assertFalse(dueAfter(Duration.ZERO, "a"));
        assertFalse(dueAfter(Duration.ofSeconds(4), "a"));
        assertFalse(problem.over());
        assertFalse(dueAfter(Duration.ofSeconds(4), "a"), "it has begun anew");
    }

    @ParameterizedTest
    @CsvSource({"a, 540, false", "a, 600, true", "a, 86400, true", "b, 0, true"})
    void oneThatLastsIsSaidAgainAfterAWhileOrForAnotherCause(String cause, long seconds, boolean due) {
        problem.isDue("a");
        assertTrue(dueAfter(Duration.ofSeconds(5), "a"));

        assertEquals(due, dueAfter(Duration.ofSeconds(seconds), cause));
    }

    @Test
    void causesThatTakeTurnsDoNotFillTheLog() {
        problem.isDue("a");
        clock.pass(Duration.ofSeconds(5));
        int said = 0;
        for (int i = 0; i < 100; i++) {
            said += problem.isDue(i % 2 == 0 ? "a" : "b") ? 1 : 0;
        }

        assertEquals(2, said);
    }

    @Test
    void whoeverSaidItMaySayThatItIsOver() {
        problem.isDue("a");
        assertTrue(dueAfter(Duration.ofSeconds(5), "a"));

        assertTrue(problem.over());
        assertFalse(problem.over());
    }
}
