package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShortResultTest {

    @Test
    void readsWhatTheClientsPrint() {
        ShortResult result = ShortResult.of("a failure\nrequests 4000 failures 120 millis 2500 longest 7250000\n");

        assertThat(result).isEqualTo(new ShortResult(4000, 120, 2.5, 7.25));
        assertThat(result.sentence()).isEqualTo("1600 a second, 120 failures, the longest request 7.25 s");
    }

    @Test
    void outputWithoutAResultIsAFailure() {
        assertThatThrownBy(() -> ShortResult.of("Exception in thread"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Exception in thread");
    }
}
