package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.ForwardStartTimer;
import dev.tailnetproxy.benchmarks.incontainer.ForwardTimer;
import dev.tailnetproxy.benchmarks.incontainer.IdleConnections;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** TCP forwards of the layer beside its SOCKS5 port. */
final class ForwardFigures {

    private static final int FORWARD = 17000;
    private static final int STARTS = 20;
    private static final int STREAMS = 9;
    private static final long STREAM_BYTES = 100_000_000;
    private static final int CONNECTIONS = 200;
    private static final double AT_LEAST_PERCENT = 95;
    private static final double AT_MOST_TIMES = 1.1;
    private static final double AT_MOST_MEGABYTES = 8;
    private static final double AT_MOST_MILLIS = 5;

    private final Tailnet tailnet;
    private final DeployedFunction function;
    private final String forwards;

    private ForwardFigures(Tailnet tailnet, DeployedFunction function) {
        this.tailnet = tailnet;
        this.function = function;
        this.forwards = FORWARD + "=" + tailnet.target().address() + ":" + TargetNode.TCP_PORT;
    }

    static List<Figure> measure(Tailnet tailnet, DeployedFunction function) throws IOException, InterruptedException {
        ForwardFigures figures = new ForwardFigures(tailnet, function);
        List<Figure> all = new ArrayList<>();
        try (MeasuredEnvironment environment = figures.joined("forward-memory")) {
            all.add(memory(environment));
        }
        try (MeasuredEnvironment environment = figures.joined("forward-speed")) {
            all.addAll(figures.speed(environment));
        }
        all.add(figures.start());
        return all;
    }

    private MeasuredEnvironment joined(String name) throws IOException, InterruptedException {
        Map<String, String> settings = Map.of(
                "TARGET_URL",
                "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT + "/hello",
                "TS_FORWARDS",
                forwards,
                LayerVariables.HOSTNAME.name(),
                name);
        MeasuredEnvironment environment =
                new MeasuredEnvironment(tailnet.startFunction(function, settings, InContainerClasses::addTo));
        Object outcome = new RuntimeInterfaceEmulator(environment.container().invocations(), Duration.ofSeconds(60))
                .invoke("{}".getBytes(StandardCharsets.UTF_8));
        if (!outcome.toString().contains("hello")) {
            environment.close();
            throw new IllegalStateException("the function did not reach the target: " + outcome);
        }
        return environment;
    }

    private static Figure memory(MeasuredEnvironment environment) {
        List<String> lines = run(environment, IdleConnections.class, "" + FORWARD, "" + CONNECTIONS);
        double before = Double.parseDouble(lines.get(0).substring("before ".length())) * 1.024 / 1000;
        double with = Double.parseDouble(lines.get(1).substring("with ".length())) * 1.024 / 1000;
        return Figure.atMost(
                "Memory for " + CONNECTIONS + " idle connections through a forward",
                Math.rint((with - before) * 10) / 10,
                AT_MOST_MEGABYTES,
                "MB",
                "Proportional set sizes of tailscaled and the extension together, 5 s after one connection ("
                        + Figure.number(before) + " MB) and 5 s after " + CONNECTIONS + " that were used once ("
                        + Figure.number(with) + " MB).");
    }

    private List<Figure> speed(MeasuredEnvironment environment) {
        List<String> lines = run(
                environment,
                ForwardTimer.class,
                "" + FORWARD,
                "" + ExecutionEnvironment.SOCKS_PORT,
                tailnet.target().address(),
                "" + TargetNode.TCP_PORT,
                "" + STREAMS,
                "" + STREAM_BYTES);
        double[] roundTrip = pairs(lines, "roundtrip ").get(0);
        List<double[]> streams = pairs(lines, "stream ");
        double forward = megabytesPerSecond(streams, 0);
        double socks = megabytesPerSecond(streams, 1);
        return List.of(
                Figure.atLeast(
                        "Throughput of one stream through a forward, relative to SOCKS5",
                        Math.rint(1000 * forward / socks) / 10,
                        AT_LEAST_PERCENT,
                        "%",
                        "Medians of " + STREAMS + " streams of 100 MB each way, alternately, from the target. Forward: "
                                + Math.round(forward) + " MB/s, SOCKS5: " + Math.round(socks) + " MB/s."),
                Figure.atMost(
                        "Round trip of 1 byte through a forward, relative to SOCKS5",
                        roundTrip[0] / roundTrip[1],
                        AT_MOST_TIMES,
                        "times",
                        "Medians of 5000 on one connection each, alternately. Forward: "
                                + Math.round(roundTrip[0] / 1000) + " µs, SOCKS5: " + Math.round(roundTrip[1] / 1000)
                                + " µs."));
    }

    private static double megabytesPerSecond(List<double[]> nanos, int index) {
        return STREAM_BYTES
                * 1000.0
                / Statistics.median(nanos.stream().map(pair -> pair[index]).toList());
    }

    private Figure start() {
        List<String> lines;
        try (MeasuredEnvironment environment =
                new MeasuredEnvironment(tailnet.startFunction(function, Map.of(), InContainerClasses::addTo))) {
            lines = run(environment, ForwardStartTimer.class, "" + STARTS, forwards);
        }
        List<double[]> starts = pairs(lines, "start ");
        double without = Statistics.median(starts.stream().map(pair -> pair[0]).toList()) / 1000;
        double with = Statistics.median(starts.stream().map(pair -> pair[1]).toList()) / 1000;
        return Figure.atMost(
                "What a forward adds to the extension's start",
                Math.rint((with - without) * 10) / 10,
                AT_MOST_MILLIS,
                "ms",
                "Difference of the medians of " + STARTS
                        + " starts each to `/next`, alternately, in one container: without " + Figure.number(without)
                        + " ms, with one forward " + Figure.number(with) + " ms.");
    }

    private static List<double[]> pairs(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> Stream.of(line.substring(prefix.length()).split(" ", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();
    }

    private static List<String> run(MeasuredEnvironment environment, Class<?> program, String... arguments) {
        return environment.run(Stream.concat(
                        Stream.of("java", "-cp", InContainerClasses.FOLDER, program.getName()), Stream.of(arguments))
                .toArray(String[]::new));
    }
}
