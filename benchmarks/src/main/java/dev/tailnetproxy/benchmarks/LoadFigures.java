package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.LoadGenerator;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the container can do of itself: a target without a delay, and from one client to many. */
final class LoadFigures implements AutoCloseable {

    private static final int TARGET_PORT = 8093;
    private static final int SECONDS = 10;
    private static final int WARM_UP_CLIENTS = 64;
    private static final int MAX_WARM_UPS = 12;
    /** Of the processor time of a run, when nearly all of the code is compiled. */
    private static final double QUIET_COMPILER = 0.03;

    private static final String LARGE_PATH = "/100000000";
    private static final double AT_LEAST_PERCENT = 75;
    private static final double AT_LEAST_PERCENT_LARGE = 90;
    private static final double AT_MOST_TIMES_P99 = 1.3;

    /** A number of clients, and the most microseconds of processor time that a request of theirs may take. */
    private record Crowd(int clients, double maxMicros) {}

    private static final List<Crowd> MEASURED = List.of(new Crowd(64, 55), new Crowd(256, 70));
    private static final List<Integer> TOLD = List.of(1, 8);

    private final Tailnet tailnet;
    private final EgressPod pod;
    private final String suffix;
    private final Consumer<String> progress;

    private LoadFigures(Tailnet tailnet, ContainerBuild build, Consumer<String> progress) {
        this.tailnet = tailnet;
        this.progress = progress;
        FunctionBuild.Kind kind = build.function().kind();
        this.suffix = kind == FunctionBuild.Kind.JVM ? "" : ", " + kind.word();
        InContainerClasses.copyTo(tailnet.target());
        TargetProcess.start(tailnet, TARGET_PORT, 0);
        this.pod = tailnet.startPod("load-" + kind.process(), Map.of(), build.image());
        InContainerClasses.copyTo(pod.tailscaled());
    }

    static List<Figure> measure(Tailnet tailnet, ContainerBuild build, Consumer<String> progress) {
        try (LoadFigures figures = new LoadFigures(tailnet, build, progress)) {
            return figures.measure();
        }
    }

    private List<Figure> measure() {
        String warmUp = warmUp();
        StringBuilder few = new StringBuilder();
        for (int clients : TOLD) {
            few.append(" ").append(compare(clients, "/1024").sentence());
        }
        List<Figure> figures = new ArrayList<>();
        for (Crowd crowd : MEASURED) {
            figures.addAll(figures(crowd, compare(crowd.clients(), "/1024"), warmUp + few));
        }
        LoadComparison large = compare(1, LARGE_PATH);
        figures.add(Figure.atLeast(
                "Responses of 100 MB of the container, relative to SOCKS5 without the proxy" + suffix,
                large.percent(),
                AT_LEAST_PERCENT_LARGE,
                "%",
                "As above, one client. " + large.sentence()));
        return figures;
    }

    private List<Figure> figures(Crowd crowd, LoadComparison measured, String warmUp) {
        String clients = " of " + crowd.clients() + " clients" + suffix;
        String how = "GETs of 1 KB for " + SECONDS + " s after 5 s of warm-up, each client on a connection of its own, "
                + "from a target without a delay. All processes share the cores of this machine. "
                + measured.sentence();
        return List.of(
                Figure.atLeast(
                        "Requests a second" + clients + ", relative to SOCKS5 without the proxy",
                        measured.percent(),
                        AT_LEAST_PERCENT,
                        "%",
                        how + " " + warmUp),
                Figure.atMost(
                        "99th percentile" + clients + ", relative to SOCKS5 without the proxy",
                        measured.timesP99(),
                        AT_MOST_TIMES_P99,
                        "times",
                        "In the run above."),
                Figure.atMost(
                        "Processor time of the proxy for a request" + clients,
                        Math.rint(measured.proxied().proxyMicros()),
                        crowd.maxMicros(),
                        "µs",
                        "In the run above, user and system time of its process. Its tailscaled: "
                                + Figure.number(Math.rint(measured.proxied().tailscaledMicros()))
                                + " µs, so that the proxy takes "
                                + Figure.number(measured.proxied().timesTailscaled()) + " times as much."));
    }

    /** Until the JVM compiles nothing to speak of; other programs are warm at once. */
    private String warmUp() {
        for (int run = 1; ; run++) {
            progress.accept("warming the proxy up, run " + run);
            long compiler = compilerTicks();
            long all = ticks(pod.runInProxy("cat", "/proc/1/stat"));
            load("proxy", EgressPod.PORT, WARM_UP_CLIENTS, "/1024");
            double share = (double) (compilerTicks() - compiler)
                    / Math.max(1, ticks(pod.runInProxy("cat", "/proc/1/stat")) - all);
            if (share <= QUIET_COMPILER || run == MAX_WARM_UPS) {
                return "Measured after " + run + " such runs of " + WARM_UP_CLIENTS
                        + " clients, in the last of which the " + "JVM's compiler took " + Figure.number(share * 100)
                        + " % of the processor time.";
            }
        }
    }

    private LoadComparison compare(int clients, String path) {
        progress.accept("loading with " + clients + " clients, straight and through the proxy");
        LoadResult straight = load("socks", EgressPod.SOCKS_PORT, clients, path);
        return new LoadComparison(clients, straight, load("proxy", EgressPod.PORT, clients, path));
    }

    private LoadResult load(String way, int port, int clients, String path) {
        long proxy = ticks(pod.runInProxy("cat", "/proc/1/stat"));
        long tailscaled = tailscaledTicks();
        String output = pod.run(InContainerClasses.command(
                LoadGenerator.class, way, port, tailnet.target().address(), TARGET_PORT, clients, SECONDS, path));
        return LoadResult.of(
                output, ticks(pod.runInProxy("cat", "/proc/1/stat")) - proxy, tailscaledTicks() - tailscaled);
    }

    private long tailscaledTicks() {
        return ticks(pod.run("sh", "-c", "cat /proc/$(pgrep -o -x tailscaled)/stat"));
    }

    private long compilerTicks() {
        return pod.runInProxy("sh", "-c", "cat /proc/1/task/*/stat")
                .lines()
                .filter(line -> line.contains("CompilerThre"))
                .mapToLong(LoadFigures::ticks)
                .sum();
    }

    /** User and system time of a line of {@code /proc/PID/stat}. */
    private static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @Override
    public void close() {
        pod.close();
    }
}
