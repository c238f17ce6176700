package dev.tailnetproxy.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.benchmarks.micro.MicroBenchmarks.Length;
import dev.tailnetproxy.proxy.policy.Decision;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.runner.options.TimeValue;

class MicroBenchmarksTest {

    /** Each step once or a few times, in this JVM: what it takes means nothing. */
    private static final Length ONCE = new Length(0, 0, 1, TimeValue.milliseconds(1));

    static List<Class<?>> measured() {
        return MicroBenchmarks.MEASURED;
    }

    @ParameterizedTest
    @MethodSource("measured")
    void everyStepRunsAndIsMeasured(Class<?> measured) throws Exception {
        String prefix = measured.getSimpleName().replace("Benchmark", "") + ".";
        String[] steps = Stream.of(measured.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> prefix + method.getName())
                .toArray(String[]::new);

        List<MicroResult> results = MicroBenchmarks.run(measured, ONCE);

        assertThat(results).extracting(MicroResult::step).containsExactlyInAnyOrder(steps);
        assertThat(results).allSatisfy(result -> {
            assertThat(result.bytes()).isPositive();
            assertThat(result.micros()).isBetween(result.leastMicros(), result.mostMicros());
        });
    }

    /** A refusal takes a shorter way. */
    @Test
    void policiesAllowWhatIsMeasured() {
        TargetPolicyBenchmark benchmark = new TargetPolicyBenchmark();

        assertThat(benchmark.peerWithoutLists()).isInstanceOf(Decision.Dial.class);
        assertThat(benchmark.addressWithAllowList()).isInstanceOf(Decision.Dial.class);
        assertThat(benchmark.peerWithDenyList()).isInstanceOf(Decision.Dial.class);
        assertThat(benchmark.nameWithDenyList()).isInstanceOf(Decision.Resolve.class);
    }

    @ParameterizedTest
    @CsvSource({
        "dev.tailnetproxy.benchmarks.micro.TargetHeadersBenchmark.name, TargetHeaders.name",
        "dev.tailnetproxy.Codec.read, Codec.read",
        "PlainBenchmark.run, Plain.run"
    })
    void stepIsClassAndMethod(String benchmark, String step) {
        assertThat(MicroResult.step(benchmark)).isEqualTo(step);
    }

    @Test
    void tableHasOneRowForEachStep() {
        String table = MicroTable.of(List.of(
                new MicroResult("Codec.read", 0.0854, 0.0849, 0.09, 328.2),
                new MicroResult("Policy.aLongerName", 1203.5, 1200, 1300, 1_400_000)));

        assertThat(table)
                .isEqualTo(
                        """
                        | step               |           µs |          iterations, µs |        bytes |
                        |--------------------|--:|--:|--:|
                        | Codec.read         |        0.085 |          0.085 to 0.090 |          328 |
                        | Policy.aLongerName |     1203.500 |    1200.000 to 1300.000 |      1400000 |
                        """);
    }
}
