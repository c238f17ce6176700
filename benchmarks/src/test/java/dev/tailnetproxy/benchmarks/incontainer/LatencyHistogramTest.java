package dev.tailnetproxy.benchmarks.incontainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {

    private final LatencyHistogram histogram = new LatencyHistogram();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 17, 31, 32, 33, 1000, 65_535, 65_536, 1_000_000, 123_456_789})
    void valueIsKeptToASixteenth(long micros) {
        histogram.add(micros);

        assertThat(histogram.percentile(0.5)).isBetween(micros, micros + micros / 16);
    }

    @Test
    void percentilesAreOfAllThatWereAdded() {
        LatencyHistogram other = new LatencyHistogram();
        for (int i = 1; i <= 8; i++) {
            histogram.add(i);
        }
        other.add(9);
        other.add(10);
        histogram.addAll(other);

        assertThat(histogram.count()).isEqualTo(10);
        assertThat(histogram.percentile(0.5)).isEqualTo(5);
        assertThat(histogram.percentile(0.99)).isEqualTo(10);
    }

    @Test
    void nothingHasNoPercentile() {
        assertThat(histogram.percentile(0.99)).isZero();
    }
}
