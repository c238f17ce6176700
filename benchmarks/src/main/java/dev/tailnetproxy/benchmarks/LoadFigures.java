package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the container can do of itself: a target without a delay, and from one client to many. */
final class LoadFigures implements AutoCloseable {

    private static final String LARGE_PATH = "/100000000";
    private static final double AT_LEAST_PERCENT = 75;
    private static final double AT_LEAST_PERCENT_LARGE = 90;
    private static final double AT_MOST_TIMES_P99 = 1.3;

    /** A number of clients, and the most microseconds of processor time that a request of theirs may take. */
    private record Crowd(int clients, double maxMicros) {}

    private static final List<Crowd> MEASURED = List.of(new Crowd(64, 55), new Crowd(256, 70));
    private static final List<Integer> TOLD = List.of(1, 8);

    private final LoadedPod pod;
    private final String suffix;
    private final Consumer<String> progress;

    private LoadFigures(Tailnet tailnet, ContainerBuild build, Consumer<String> progress) {
        this.progress = progress;
        FunctionBuild.Kind kind = build.function().kind();
        this.suffix = kind == FunctionBuild.Kind.JVM ? "" : ", " + kind.word();
        this.pod = new LoadedPod(tailnet, "load-" + kind.process(), build, progress);
    }

    static List<Figure> measure(Tailnet tailnet, ContainerBuild build, Consumer<String> progress) {
        try (LoadFigures figures = new LoadFigures(tailnet, build, progress)) {
            return figures.measure();
        }
    }

    private List<Figure> measure() {
        String warmUp = pod.warmUp();
        StringBuilder few = new StringBuilder();
        for (int clients : TOLD) {
            few.append(" ").append(compare(clients, LoadedPod.SMALL_PATH).sentence());
        }
        List<Figure> figures = new ArrayList<>();
        for (Crowd crowd : MEASURED) {
            figures.addAll(figures(crowd, compare(crowd.clients(), LoadedPod.SMALL_PATH), warmUp + few));
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
        String how = "GETs of 1 KB for " + LoadedPod.SECONDS
                + " s after 5 s of warm-up, each client on a connection of its own, "
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

    private LoadComparison compare(int clients, String path) {
        progress.accept("loading with " + clients + " clients, straight and through the proxy");
        LoadResult straight = pod.straight(clients, path);
        return new LoadComparison(clients, straight, pod.proxied(clients, path));
    }

    @Override
    public void close() {
        pod.close();
    }
}
