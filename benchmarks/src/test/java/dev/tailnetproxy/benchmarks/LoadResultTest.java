package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LoadResultTest {

    private static final String LINE = "requests 1000 errors 2 millis 500 all 1500 p50 1250 p99 9000\n";

    @Test
    void readsWhatTheGeneratorPrints() {
        LoadResult result = LoadResult.of("a warning\n" + LINE, 15, 30);

        assertThat(result).isEqualTo(new LoadResult(2000, 2, 1.25, 9, 100, 200));
        assertThat(result.timesTailscaled()).isEqualTo(0.5);
        assertThat(result.sentence())
                .isEqualTo("2000 a second, half of them within 1.25 ms, 99 % within 9 ms, 2 errors");
    }

    @Test
    void comparesWithTheStraightWay() {
        LoadResult straight = LoadResult.of(LINE, 0, 30);
        LoadResult proxied = LoadResult.of("requests 750 errors 0 millis 500 all 1000 p50 2000 p99 18000", 6, 10);
        LoadComparison comparison = new LoadComparison(64, straight, proxied);

        assertThat(comparison.percent()).isEqualTo(75);
        assertThat(comparison.timesP99()).isEqualTo(2);
    }

    @Test
    void outputWithoutAResultIsAFailure() {
        assertThatThrownBy(() -> LoadResult.of("Exception in thread", 0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Exception in thread");
    }
}
