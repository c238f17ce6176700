package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.LatencyOverhead;
import dev.tailnetproxy.benchmarks.incontainer.LoadGenerator;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testcontainers.utility.MountableFile;

/** The cost of the proxy compared with the way without it. */
final class ProxyFigures implements AutoCloseable {

    private static final double AT_MOST_ADDED_MILLIS = 1;
    private static final int REQUESTS = 1000;
    private static final int CLIENTS = 200;
    private static final int SECONDS = 30;
    private static final int TARGET_MILLIS = 200;
    private static final double AT_LEAST_PERCENT = 85;
    private static final double AT_MOST_MEGABYTES = 256;
    private static final int UP_BYTES = 5_000_000;
    private static final int DOWN_BYTES = 4_000_000;
    private static final int TRANSFERS = 20;
    private static final int QUICK_PORT = 8090;
    private static final int SLOW_PORT = 8091;
    private static final String FUNCTION = "/var/benchmarks/function";

    private final Tailnet tailnet;
    private final FunctionBuild.Kind kind;
    private final EgressPod pod;

    private ProxyFigures(Tailnet tailnet, ContainerBuild build) {
        this.tailnet = tailnet;
        this.kind = build.function().kind();
        InContainerClasses.copyTo(tailnet.target());
        TargetProcess.start(tailnet, QUICK_PORT, 0);
        TargetProcess.start(tailnet, SLOW_PORT, TARGET_MILLIS);
        this.pod = tailnet.startPod("figures-" + kind.process(), Map.of(), build.image());
        InContainerClasses.copyTo(pod.tailscaled());
    }

    static List<Figure> measure(Tailnet tailnet, ContainerBuild build) throws IOException, InterruptedException {
        try (ProxyFigures figures = new ProxyFigures(tailnet, build)) {
            List<Figure> all = new ArrayList<>();
            all.add(figures.addedTime(build.function().archive()));
            all.add(figures.memory());
            all.addAll(figures.throughput());
            return all;
        }
    }

    /** The handler in the same container and process as the way by hand. */
    private Figure addedTime(Path archive) {
        String what = "Time that the function adds to a request, median" + suffix();
        if (kind == FunctionBuild.Kind.NATIVE) {
            return Figure.notMeasured(
                    what, "both ways have to run in one process, and an executable lets no other code into its own");
        }
        pod.tailscaled().copyFileToContainer(MountableFile.forHostPath(archive), FUNCTION + ".zip");
        pod.run("unzip", "-q", FUNCTION + ".zip", "-d", FUNCTION);
        String line = last(
                pod.run(
                        "env",
                        ProxyVariables.LOCALAPI_SOCKET.name() + "=" + EgressPod.SOCKET,
                        "java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        InContainerClasses.FOLDER + ":" + FUNCTION + ":" + FUNCTION + "/lib/*",
                        LatencyOverhead.class.getName(),
                        Integer.toString(EgressPod.SOCKS_PORT),
                        tailnet.target().address(),
                        Integer.toString(QUICK_PORT),
                        Integer.toString(REQUESTS)),
                "floor");
        String[] words = line.split(" ", -1);
        return Figure.atMost(
                what,
                Double.parseDouble(words[5]) / 1000,
                AT_MOST_ADDED_MILLIS,
                "ms",
                "JVM build with the managed runtime's options: " + REQUESTS + " GETs of 1 KB on a kept connection "
                        + "through tailscaled's SOCKS5 port, directly and from event to response through the handler, "
                        + "alternately, in one process. Directly: " + millis(words[1]) + ", through the function: "
                        + millis(words[3]) + ".");
    }

    /** Nothing behind the names of the build that everybody has. */
    private String suffix() {
        return kind == FunctionBuild.Kind.JVM ? "" : ", " + kind.word();
    }

    private static String millis(String micros) {
        return Figure.number(Double.parseDouble(micros) / 1000) + " ms";
    }

    private Figure memory() throws IOException, InterruptedException {
        byte[] up = new byte[UP_BYTES];
        new Random(1).nextBytes(up);
        HttpClient http = HttpClient.newHttpClient();
        for (int i = 0; i < TRANSFERS; i++) {
            exact(
                    http,
                    request("/body", TargetNode.SERVICE_PORT)
                            .PUT(BodyPublishers.ofByteArray(up))
                            .build(),
                    up);
            exact(http, request("/" + DOWN_BYTES, QUICK_PORT).build(), new byte[DOWN_BYTES]);
        }
        double megabytes = pod.proxyPeakKilobytes() * 1.024 / 1000;
        return Figure.atMost(
                "Memory of the container with bodies of 5 MB up and 4 MB down" + suffix(),
                Math.rint(megabytes),
                AT_MOST_MEGABYTES,
                "MB",
                kind.word() + ", limited to 256 MB by the kernel. Peak of its resident set (`VmHWM`) after " + TRANSFERS
                        + " echoes of 5 MB and as many responses of 4 MB, each compared byte for byte.");
    }

    private static void exact(HttpClient http, HttpRequest request, byte[] expected)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200 || !Arrays.equals(response.body(), expected)) {
            throw new IllegalStateException(request + " did not get the right bytes: " + response);
        }
    }

    private HttpRequest.Builder request(String path, int port) {
        return HttpRequest.newBuilder(pod.requests().resolve(path))
                .header(HeaderNames.TARGET_IP, tailnet.target().address())
                .header(HeaderNames.TARGET_PORT, Integer.toString(port));
    }

    private List<Figure> throughput() {
        LoadResult straight = load("socks", EgressPod.SOCKS_PORT);
        LoadResult proxied = load("proxy", EgressPod.PORT);
        String how = CLIENTS + " clients with a connection each for " + SECONDS
                + " s after 5 s of warm-up, GETs of 1 KB; "
                + "the target takes " + TARGET_MILLIS + " ms for each, so that it responds to at most "
                + CLIENTS * 1000 / TARGET_MILLIS + " a second. All processes share the cores of this machine. Directly "
                + "through SOCKS5: " + Figure.number(straight.perSecond()) + " a second, " + straight.errors()
                + " errors; through the proxy: " + Figure.number(proxied.perSecond()) + ".";
        return List.of(
                Figure.atLeast(
                        "Throughput of the container, relative to SOCKS5 without the proxy" + suffix(),
                        Math.rint(1000 * proxied.perSecond() / straight.perSecond()) / 10,
                        AT_LEAST_PERCENT,
                        "%",
                        how),
                Figure.atMost(
                        "Errors among the requests of " + CLIENTS + " clients" + suffix(),
                        (double) proxied.errors(),
                        0,
                        "errors",
                        "In the run above, including its warm-up."));
    }

    private record LoadResult(double perSecond, long errors) {}

    private LoadResult load(String way, int port) {
        String line = last(
                pod.run(InContainerClasses.command(
                        LoadGenerator.class, way, port, tailnet.target().address(), SLOW_PORT, CLIENTS, SECONDS)),
                "requests");
        String[] words = line.split(" ", -1);
        return new LoadResult(
                Double.parseDouble(words[1]) * 1000 / Double.parseDouble(words[5]), Long.parseLong(words[3]));
    }

    private static String last(String output, String word) {
        return output.lines()
                .filter(line -> line.startsWith(word + " "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing was measured: " + output));
    }

    @Override
    public void close() {
        pod.close();
    }
}
