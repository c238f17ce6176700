package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.benchmarks.BuildComparison.Pair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildComparisonTest {

    /** Pairs such as {@code 0.8:0.9 0.8:0.8}. */
    private static BuildComparison comparison(String pairs) {
        return new BuildComparison(Stream.of(pairs.split(" ", -1))
                .map(pair -> pair.split(":", -1))
                .map(ratios -> new Pair(Double.parseDouble(ratios[0]), Double.parseDouble(ratios[1])))
                .toList());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                // what | pairs | difference in percent | spread | passes | noise
                "equal               | 1:1                             |   0   |  0   | true  | false",
                "9 % more            | 1:1.09 1:1.08 1:1.10            |   9   |  2   | true  | false",
                "10 % more           | 0.5:0.55                        |  10   |  0   | true  | false",
                "10.04 % more        | 1:1.1004                        |  10   |  0   | true  | false",
                "10.1 % more         | 1:1.101                         |  10.1 |  0   | false | false",
                "11 % more           | 1:1.11 1:1.10 1:1.12            |  11   |  2   | false | false",
                "faster              | 1:0.8 1:0.81 1:0.79             | -20   |  2   | true  | false",
                "much slower         | 0.5:1.5                         | 200   |  0   | false | false",
                "equal, noise        | 1:0.97 1:1 1:1.03               |   0   |  6   | true  | true",
                "slower, noise       | 1:1 1:1.12 1:1.3                |  12   | 30   | false | true",
                "faster, noise       | 1:0.8 1:0.95 1:1.1              |  -5   | 30   | true  | true",
                "as much noise       | 1:1.04 1:1.02 1:1.06            |   4   |  4   | true  | false",
                "one run disturbed   | 1:1 1:1 1:2                     |   0   | 100  | true  | true",
                "drift is no change  | 1:1 2:2 4:4 8:8                 |   0   |  0   | true  | false",
                "even number         | 1:1.1 1:1.12                    |  11   |  2   | false | false",
            })
    void medianOfPairsDecides(String what, String pairs, double percent, double spread, boolean passes, boolean noise) {
        BuildComparison comparison = comparison(pairs);

        assertThat(comparison.percent()).isEqualTo(percent);
        assertThat(comparison.spread()).isEqualTo(spread);
        assertThat(comparison.passes()).isEqualTo(passes);
        assertThat(comparison.isNoise()).isEqualTo(noise);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "0, 0", "-1, 1", "1, NaN", "Infinity, 1"})
    void refusesRunsWithoutProcessorTime(double before, double after) {
        assertThatThrownBy(() -> new Pair(before, after))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing can be compared: before " + before + ", after " + after);
    }

    @Test
    void refusesNoPairs() {
        assertThatThrownBy(() -> new BuildComparison(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nothing was measured");
    }

    @Test
    void reportHasBothRatiosDifferenceAndSpread() {
        assertThat(comparison("0.8:0.9 0.8:0.92 0.8:0.912").report("1a2b3c4", "this checkout"))
                .isEqualTo(
                        """
                        | build | processor time of the proxy, relative to its tailscaled |
                        |---|---|
                        | 1a2b3c4 | 0.800 |
                        | this checkout | 0.912 |

                        The difference is +14.0 %, the median of 3 pairs from +12.5 to +15.0 %. **That is too much**: at most 10 % more.
                        """);
    }

    @Test
    void reportSaysWhenRepeatsDifferMoreThanBuilds() {
        assertThat(comparison("1:0.98 1:1.01 1:1.02").report("1a2b3c4", "this checkout"))
                .endsWith(
                        """
                        The difference is +1.0 %, the median of 3 pairs from -2.0 to +2.0 %. That is allowed: at most 10 % more.
                        The pairs differ from each other by 4.0 %, more than the builds do: this run can't tell the builds apart. A quieter machine may.
                        """);
    }
}
