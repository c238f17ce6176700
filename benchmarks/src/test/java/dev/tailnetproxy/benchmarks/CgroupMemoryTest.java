package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupMemoryTest {

    @Test
    void readsBothVersionsOfControlGroups() {
        List<String> second =
                List.of("low 0", "high 0", "max 12", "oom 1", "oom_kill 1", "oom_group_kill 0", "peak 268435456");
        List<String> first = List.of("oom_kill_disable 0", "under_oom 0", "oom_kill 2", "peak 134217728");

        assertThat(CgroupMemory.of(second)).isEqualTo(new CgroupMemory(268_435_456, 1));
        assertThat(CgroupMemory.of(first)).isEqualTo(new CgroupMemory(134_217_728, 2));
    }

    @Test
    void rejectsMissingKernelCounters() {
        assertThatThrownBy(() -> CgroupMemory.of(List.of("peak 1")))
                .hasMessageStartingWith("the kernel does not tell \"oom_kill\"");
        assertThatThrownBy(() -> CgroupMemory.of(List.of("oom_kill 0")))
                .hasMessageStartingWith("the kernel does not tell \"peak\"");
    }
}
