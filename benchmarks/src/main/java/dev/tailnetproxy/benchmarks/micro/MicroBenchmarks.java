package dev.tailnetproxy.benchmarks.micro;

import dev.tailnetproxy.proxy.lambda.FunctionJsonBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Times the steps of a request that only compute, and prints what each takes and allocates. */
public final class MicroBenchmarks {

    /** What is measured, in the order of a request. */
    static final List<Class<?>> MEASURED = List.of(
            FunctionJsonBenchmark.class,
            TargetHeadersBenchmark.class,
            TargetPolicyBenchmark.class,
            HeaderMapperBenchmark.class);

    /**
     * How long each step is measured.
     *
     * @param forks JVMs of their own, because each compiles a little differently; 0 for this JVM
     * @param warmUps iterations that do not count
     * @param iterations those that do, in each fork
     * @param iteration the length of one
     */
    record Length(int forks, int warmUps, int iterations, TimeValue iteration) {

        /** Two minutes for everything: enough to tell steps apart, not for differences of a few percent. */
        static final Length SHORT = new Length(2, 4, 4, TimeValue.milliseconds(500));
    }

    private MicroBenchmarks() {}

    /**
     * Measures everything.
     *
     * @param arguments none
     * @throws RunnerException when a step fails, or JMH is at work on this machine already
     */
    public static void main(String[] arguments) throws RunnerException {
        List<MicroResult> results = new ArrayList<>();
        for (Class<?> measured : MEASURED) {
            System.out.println("\033[1m==>\033[0m measuring " + measured.getSimpleName());
            results.addAll(run(measured, Length.SHORT));
        }
        System.out.println();
        System.out.print(MicroTable.of(results));
    }

    /**
     * Measures the steps of one class.
     *
     * @throws RunnerException when one fails
     */
    static List<MicroResult> run(Class<?> measured, Length length) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include("^" + measured.getName().replace(".", "\\.") + "\\.")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .forks(length.forks())
                        .warmupIterations(length.warmUps())
                        .warmupTime(length.iteration())
                        .measurementIterations(length.iterations())
                        .measurementTime(length.iteration())
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run().stream().map(MicroResult::of).toList();
    }
}
