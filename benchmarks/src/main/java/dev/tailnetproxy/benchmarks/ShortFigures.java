package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.ShortConnections;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Requests that each need a new connection to the client and to the target, which ends it after its response. */
final class ShortFigures {

    private static final int TARGET_PORT = 8096;
    private static final int CLIENTS = 64;
    private static final int REQUESTS = 4000;
    private static final int WARM_UP_REQUESTS = 2000;
    private static final double AT_MOST_SECONDS = 2;

    /** Limits of dials beside the default; the last one limits nothing, as there are fewer clients. */
    private static final List<Integer> OTHER_LIMITS = List.of(8, 16, 64, 1000);

    private final Tailnet tailnet;
    private final ContainerBuild build;
    private final Consumer<String> progress;

    private ShortFigures(Tailnet tailnet, ContainerBuild build, Consumer<String> progress) {
        this.tailnet = tailnet;
        this.build = build;
        this.progress = progress;
    }

    static List<Figure> measure(Tailnet tailnet, ContainerBuild build, Consumer<String> progress) {
        InContainerClasses.copyTo(tailnet.target());
        TargetProcess.start(tailnet, TARGET_PORT, 0, "close");
        return new ShortFigures(tailnet, build, progress).measure();
    }

    private List<Figure> measure() {
        ShortResult straight;
        ShortResult proxied;
        progress.accept("opening " + REQUESTS + " connections, straight and through the proxy");
        // Each with a node of its own: the target's node remembers the connections of the one before.
        try (EgressPod pod = start("short-straight", Map.of())) {
            straight = run(pod, "socks", EgressPod.SOCKS_PORT, REQUESTS);
        }
        try (EgressPod pod = start("short", Map.of())) {
            proxied = throughProxy(pod);
        }
        StringBuilder how = new StringBuilder(REQUESTS + " GETs of 1 KB by " + CLIENTS + " clients, each request on a "
                + "new connection, from a target that ends its connection after the response; after "
                + WARM_UP_REQUESTS + " such requests. All processes share the cores of this machine. Directly through "
                + "SOCKS5: " + straight.sentence() + ". Through the proxy: " + proxied.sentence() + ".");
        for (int other : OTHER_LIMITS) {
            progress.accept("opening " + REQUESTS + " connections with at most " + other + " dials at once");
            try (EgressPod pod =
                    start("short-" + other, Map.of(ProxyVariables.MAX_DIALS.name(), Integer.toString(other)))) {
                how.append(" With ")
                        .append(ProxyVariables.MAX_DIALS.name())
                        .append("=")
                        .append(other)
                        .append(": ")
                        .append(throughProxy(pod).sentence())
                        .append(".");
            }
        }
        FunctionBuild.Kind kind = build.function().kind();
        String suffix = kind == FunctionBuild.Kind.JVM ? "" : ", " + kind.word();
        return List.of(
                Figure.atMost(
                        "Longest of " + REQUESTS + " requests on new connections through the container" + suffix,
                        proxied.longestSeconds(),
                        AT_MOST_SECONDS,
                        "s",
                        how.toString()),
                Figure.atMost(
                        "Failures of " + REQUESTS + " requests on new connections through the container" + suffix,
                        proxied.failures(),
                        0,
                        "requests",
                        "In the run above."));
    }

    private EgressPod start(String name, Map<String, String> settings) {
        EgressPod pod = tailnet.startPod(name + "-" + build.function().kind().process(), settings, build.image());
        InContainerClasses.copyTo(pod.tailscaled());
        return pod;
    }

    private ShortResult throughProxy(EgressPod pod) {
        run(pod, "proxy", EgressPod.PORT, WARM_UP_REQUESTS);
        return run(pod, "proxy", EgressPod.PORT, REQUESTS);
    }

    private ShortResult run(EgressPod pod, String way, int port, int requests) {
        ShortResult result = ShortResult.of(pod.run(InContainerClasses.command(
                ShortConnections.class, way, port, tailnet.target().address(), TARGET_PORT, CLIENTS, requests)));
        progress.accept(way + ": " + result.sentence());
        return result;
    }
}
