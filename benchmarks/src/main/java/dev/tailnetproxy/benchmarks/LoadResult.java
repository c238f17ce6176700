package dev.tailnetproxy.benchmarks;

/**
 * One run of the load generator.
 *
 * @param perSecond requests a second behind the warm-up
 * @param errors those of the whole run
 * @param p50Millis what half of them took at most
 * @param p99Millis what 99 % of them took at most
 * @param proxyMicros processor time of the proxy for each request of the whole run
 * @param tailscaledMicros processor time of its tailscaled for each
 */
record LoadResult(
        double perSecond,
        long errors,
        double p50Millis,
        double p99Millis,
        double proxyMicros,
        double tailscaledMicros) {

    private static final double MICROS_OF_A_TICK = 10_000;

    /** Of what the generator printed, and the ticks of 10 ms that the processes took meanwhile. */
    static LoadResult of(String output, long proxyTicks, long tailscaledTicks) {
        String[] words = output.lines()
                .filter(line -> line.startsWith("requests "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing was measured: " + output))
                .split(" ", -1);
        double all = Math.max(1, Long.parseLong(words[7]));
        return new LoadResult(
                Double.parseDouble(words[1]) * 1000 / Double.parseDouble(words[5]),
                Long.parseLong(words[3]),
                Long.parseLong(words[9]) / 1000.0,
                Long.parseLong(words[11]) / 1000.0,
                proxyTicks * MICROS_OF_A_TICK / all,
                tailscaledTicks * MICROS_OF_A_TICK / all);
    }

    /** What the proxy takes for each second of its tailscaled, which drifts less than either. */
    double timesTailscaled() {
        return tailscaledMicros == 0 ? 0 : proxyMicros / tailscaledMicros;
    }

    String sentence() {
        return Figure.number(Math.rint(perSecond)) + " a second, half of them within " + Figure.number(p50Millis)
                + " ms, 99 % within " + Figure.number(p99Millis) + " ms, " + errors + " errors";
    }
}
