package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoinRunTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "0.5, 2", "0.51, 3", "0.95, 4", "1, 4"})
    void quantileIsTheNearestRank(double share, double expected) {
        assertThat(JoinRun.quantile(List.of(1.0, 2.0, 3.0, 4.0), share)).isEqualTo(expected);
    }

    @Test
    void rejectsRunInWhichNobodyJoined() {
        ProcessUse none = new ProcessUse(0, 0, 0, 0);

        assertThatThrownBy(() -> new JoinRun(JoinPolicy.EVERYONE, 60, List.of(), 60, none, 0, none, 0, none, none, 1))
                .hasMessage("no node has joined, 60 a minute, policy: none");
    }

    @Test
    void useIsThatOfTheLine() {
        ProcessUse use = ProcessUse.of("250 2000 3000000 500000\n");

        assertThat(use.cpuSeconds()).isEqualTo(2.5);
        assertThat(use.megabytes()).isCloseTo(2.048, within(1e-9));
        assertThat(use.receivedMegabytes()).isEqualTo(3);
        assertThat(use.sentMegabytes()).isEqualTo(0.5);
    }

    @Test
    void memoryIsThatOfTheEnd() {
        ProcessUse since = new ProcessUse(3, 20, 5, 7).since(new ProcessUse(1, 30, 2, 3));

        assertThat(since).isEqualTo(new ProcessUse(2, 20, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 2 3", "1 2 3 4 5", "a 2 3 4"})
    void rejectsOtherLines(String line) {
        assertThatThrownBy(() -> ProcessUse.of(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idleShareIsThatOfAllProcessors() {
        MachineUse before = MachineUse.of("cpu  100 0 50 800 50 0 0 0 0 0");
        MachineUse after = MachineUse.of("cpu  160 0 60 820 60 0 0 0 0 0");

        assertThat(after.idleSince(before)).isCloseTo(0.3, within(1e-9));
    }

    @Test
    void isolatingPolicyLetsJoiningNodesReachTargetsOnly() {
        assertThat(JoinPolicy.ISOLATED.file()).contains("\"src\": [\"tag:joining\"], \"dst\": [\"tag:target\"]");
        assertThat(JoinPolicy.EVERYONE.file()).contains("\"src\": [\"*\"], \"dst\": [\"*\"]");
    }
}
