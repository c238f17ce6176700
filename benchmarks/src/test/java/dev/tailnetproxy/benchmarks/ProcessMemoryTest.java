package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {

    @Test
    void parsesResidentAndPeakMemory() {
        List<String> status = List.of(
                "Name:\tjava", "VmPeak:\t 3000000 kB", "VmHWM:\t  204800 kB", "VmRSS:\t  131072 kB", "RssAnon:\t 9 kB");

        assertThat(ProcessMemory.of(status)).isEqualTo(new ProcessMemory(131_072, 204_800));
        assertThat(ProcessMemory.megabytes(131_072)).isEqualTo("134 MB");
    }

    @Test
    void rejectsMissingFields() {
        assertThatThrownBy(() -> ProcessMemory.of(List.of("Name:\tjava", "VmHWM:\t 1 kB")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the kernel does not tell VmRSS:");
    }
}
