package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The extension's use of CPU and memory while idle. */
final class IdleFigures {

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final double AT_MOST_MEGABYTES = 16;
    /** A hundredth of a second each: a tenth of a percent of one core. */
    private static final double AT_MOST_TICKS = 3;

    private IdleFigures() {}

    static List<Figure> measure(Tailnet tailnet, DeployedFunction function) throws IOException, InterruptedException {
        Map<String, String> settings = Map.of(
                "TARGET_URL",
                "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT + "/hello",
                LayerVariables.HOSTNAME.name(),
                "idle");
        try (MeasuredEnvironment environment = new MeasuredEnvironment(tailnet.startFunction(function, settings))) {
            Object outcome = new RuntimeInterfaceEmulator(
                            environment.container().invocations(), Duration.ofSeconds(60))
                    .invoke("{}".getBytes(StandardCharsets.UTF_8));
            if (!outcome.toString().contains("hello")) {
                throw new IllegalStateException("the function did not reach the target: " + outcome);
            }
            String extension = process(environment, "lambda-extension");
            String daemon = process(environment, "--tun=");
            Thread.sleep(IDLE.toMillis()); // what is left of joining is over
            long before = ticks(environment, extension);
            long beforeDaemon = ticks(environment, daemon);
            Thread.sleep(IDLE.toMillis());
            long used = ticks(environment, extension) - before;
            long usedByDaemon = ticks(environment, daemon) - beforeDaemon;
            double megabytes = kilobytes(environment, extension, "Pss") / 1000;
            String beside = "Under the Runtime Interface Emulator, joined, a minute after the first invocation. ";
            return List.of(
                    Figure.atMost(
                            "Memory of the extension beside tailscaled, idle",
                            Math.rint(megabytes * 10) / 10,
                            AT_MOST_MEGABYTES,
                            "MB",
                            beside + "Proportional set size of its process (`/proc/PID/smaps_rollup`): pages of the "
                                    + "binary that it shares with tailscaled count half. Resident: "
                                    + Figure.number(Math.rint(kilobytes(environment, extension, "Rss") / 100) / 10)
                                    + " MB. Tailscaled itself, proportional: "
                                    + Figure.number(Math.rint(kilobytes(environment, daemon, "Pss") / 100) / 10)
                                    + " MB."),
                    Figure.atMost(
                            "CPU time of the extension, idle for " + IDLE.toSeconds() + " s",
                            (double) used,
                            AT_MOST_TICKS,
                            "ticks of 10 ms",
                            beside + "utime and stime of `/proc/PID/stat`. Tailscaled itself: " + usedByDaemon + "."));
        }
    }

    private static String process(MeasuredEnvironment environment, String argument) {
        String script = "for p in /proc/[0-9]*; do tr '\\0' '\\n' <$p/cmdline 2>/dev/null | sed -n 2p | "
                + "grep -q -e '^" + argument + "' && echo ${p#/proc/}; done; true";
        List<String> found = environment.run("sh", "-c", script);
        if (found.size() != 1) {
            throw new IllegalStateException("processes with " + argument + ": " + found);
        }
        return found.get(0);
    }

    private static double kilobytes(MeasuredEnvironment environment, String process, String field) {
        return environment.run("cat", "/proc/" + process + "/smaps_rollup").stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")) * 1.024)
                .sum();
    }

    private static long ticks(MeasuredEnvironment environment, String process) {
        String stat = environment.run("cat", "/proc/" + process + "/stat").get(0);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
