package dev.tailnetproxy.benchmarks.micro;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What one step takes.
 *
 * @param step the class and the method that are measured
 * @param micros microseconds for each run of it, on average
 * @param leastMicros the average of the fastest iteration
 * @param mostMicros that of the slowest
 * @param bytes what each run allocates
 */
record MicroResult(String step, double micros, double leastMicros, double mostMicros, double bytes) {

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String SUFFIX = "Benchmark";

    /**
     * Of a run with the profiler of the collector, in microseconds.
     *
     * @throws IllegalStateException when the profiler has counted nothing
     */
    static MicroResult of(RunResult run) {
        Result<?> time = run.getPrimaryResult();
        Result<?> allocated = run.getSecondaryResults().get(ALLOCATED);
        if (allocated == null) {
            throw new IllegalStateException("this JVM does not count what "
                    + run.getParams().getBenchmark() + " allocates; use a JDK with HotSpot");
        }
        Statistics iterations = time.getStatistics();
        return new MicroResult(
                step(run.getParams().getBenchmark()),
                time.getScore(),
                iterations.getMin(),
                iterations.getMax(),
                allocated.getScore());
    }

    /** {@code TargetHeaders.name} of {@code dev.tailnetproxy.benchmarks.micro.TargetHeadersBenchmark.name}. */
    static String step(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        String type = benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1, method);
        return (type.endsWith(SUFFIX) ? type.substring(0, type.length() - SUFFIX.length()) : type)
                + benchmark.substring(method);
    }
}
