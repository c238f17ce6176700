package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.benchmarks.incontainer.attack.Attack;
import dev.tailnetproxy.benchmarks.incontainer.attack.Attacks;
import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttackReportTest {

    private static final Attack ATTACK = Attacks.named("leaving-clients");
    private static final RequestStatistics BEFORE = new RequestStatistics(100, 100, 4_000, "");
    private static final RequestStatistics ALL = new RequestStatistics(600, 600, 8_600, "");
    private static final RequestStatistics STRAIGHT = new RequestStatistics(60, 59, 3_000, "");
    private static final RequestStatistics PROBES = new RequestStatistics(60, 60, 2_400, "");
    private static final ProcessMemory IDLE = new ProcessMemory(100_000, 110_000);

    private static AttackResult result(
            RequestStatistics honest, RequestStatistics probes, Optional<ProcessMemory> after, String end) {
        return new AttackResult(
                ATTACK,
                FunctionBuild.Kind.JVM,
                BEFORE,
                honest,
                STRAIGHT,
                probes,
                IDLE,
                after,
                end,
                12,
                "2000 connections");
    }

    private static String page(AttackResult result) {
        return AttackReport.of(List.of(result), 60, LocalDate.of(2031, 2, 3));
    }

    @Test
    void reportsSurvivedAttack() {
        String page = page(result(ALL, PROBES, Optional.of(new ProcessMemory(105_000, 150_000)), ""));

        assertThat(page)
                .contains(
                        " on 2031-02-03, 60 s each",
                        "| `leaving-clients` | 600 of 600 | 4 ms | 9 ms | 59 of 60 | 3 ms | 60 of 60 | 2 ms | 102 MB | 154 MB | 108 MB | lived | met |",
                        "- `leaving-clients`: " + ATTACK.description()
                                + ". This run: 2000 connections; at most 12 connections to targets.\n");
    }

    @Test
    void reportsExitAndFailures() {
        String page = page(result(
                new RequestStatistics(600, 0, 0, "Connection refused"),
                PROBES,
                Optional.empty(),
                "ended with status 3"));

        assertThat(page)
                .contains(
                        "| `leaving-clients` | 0 of 600 | 4 ms |  | 59 of 60 | 3 ms | 60 of 60 | 2 ms | 102 MB |  |  | ended with status 3 | **missed** |",
                        " The last honest request that failed: `Connection refused`.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "600, 60, 110000, '', true",
        "600, 60, 110001, '', false",
        "600, 60, 90000, '', true",
        "599, 60, 100000, '', false",
        "600, 59, 100000, '', false",
        "600, 60, 100000, the kernel ended 1 processes, false"
    })
    void isMetWhenEveryTargetIsMet(int received, int probes, long after, String end, boolean met) {
        AttackResult result = result(
                new RequestStatistics(600, received, 1, ""),
                new RequestStatistics(60, probes, 1, ""),
                Optional.of(new ProcessMemory(after, 200_000)),
                end);

        assertThat(result.met()).isEqualTo(met);
    }

    @Test
    void exitedProcessHasNoRecoveredMemory() {
        assertThat(result(ALL, PROBES, Optional.empty(), "").met()).isFalse();
    }

    @Test
    void reportNamesOtherBuilds() {
        AttackResult result = new AttackResult(
                ATTACK,
                FunctionBuild.Kind.NATIVE,
                BEFORE,
                ALL,
                STRAIGHT,
                PROBES,
                IDLE,
                Optional.of(IDLE),
                "",
                12,
                "2000 connections");

        assertThat(page(result)).contains("| `leaving-clients`, native | 600 of 600 |");
    }
}
