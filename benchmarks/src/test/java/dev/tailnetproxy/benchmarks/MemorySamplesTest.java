package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemorySamplesTest {

    @Test
    void peakIsOfOneSampleWithoutEmulator() {
        // Runtime and tailscaled are not at their most together; the emulator is no part of the function.
        MemorySamples samples =
                MemorySamples.of(List.of("0 0 0 500", "200000 10000 5000 900000", "150000 40000 5000 1000"));

        assertThat(samples.most()).isCloseTo(215_000 * 1.024 / 1000, within(0.001));
        assertThat(samples.runtime()).isCloseTo(204.8, within(0.001));
        assertThat(samples.daemon()).isCloseTo(40.96, within(0.001));
        assertThat(samples.extension()).isCloseTo(5.12, within(0.001));
        assertThat(samples.emulator()).isCloseTo(921.6, within(0.001));
        assertThat(samples.samples()).isEqualTo(3);
    }

    @Test
    void rejectsMissingProcess() {
        assertThatThrownBy(() -> MemorySamples.of(List.of("0 10000 5000 4000", "0 10000 5000 4000")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("a process of the function was never seen");
        assertThatThrownBy(() -> MemorySamples.of(List.of())).isInstanceOf(IllegalStateException.class);
    }
}
