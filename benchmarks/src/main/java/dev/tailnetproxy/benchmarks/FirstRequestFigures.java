package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FirstRequestTimer;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.FirstRequests;
import dev.tailnetproxy.localstack.tailnet.FirstRequests.FirstRequest;
import dev.tailnetproxy.localstack.tailnet.Headscale;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How long the first request takes that is sent in the moment in which the node has joined. */
final class FirstRequestFigures {

    private static final double AT_MOST_MILLIS = 1000;

    /** {@code -Dstarts=3} for a look. */
    private static final int STARTS = Integer.getInteger("starts", 30);

    /** The value of a failed request; the description has their number. */
    private static final double FAILED_MILLIS = 60_000;

    private final Tailnet tailnet;
    private final String where;
    private final List<Figure> figures = new ArrayList<>();

    private FirstRequestFigures(Tailnet tailnet, Duration changeDelay) {
        this.tailnet = tailnet;
        this.where = ", with a control server delay of " + changeDelay.toMillis() + " ms";
    }

    /** @param tailnet one whose control server tells of new nodes at once */
    static List<Figure> measure(
            Tailnet tailnet, Artifacts artifacts, DeployedFunction function, Consumer<String> progress)
            throws IOException, InterruptedException {
        progress.accept("measuring first requests, " + STARTS + " starts each");
        FirstRequestFigures prompt = new FirstRequestFigures(tailnet, Headscale.SHORT_CHANGE_DELAY);
        prompt.measure(function);
        try (Tailnet late = Tailnet.start(artifacts, Headscale.DEFAULT_CHANGE_DELAY, progress)) {
            FirstRequestFigures slow = new FirstRequestFigures(late, Headscale.DEFAULT_CHANGE_DELAY);
            slow.measure(function);
            prompt.figures.addAll(slow.figures);
        }
        return prompt.figures;
    }

    private void measure(DeployedFunction function) throws IOException, InterruptedException {
        proxy();
        layer(function);
    }

    private void proxy() throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        int repeated = 0;
        try (EgressPod pod = tailnet.startPodJoiningOnRequest("first-requests", Map.of())) {
            FirstRequests requests = new FirstRequests(pod);
            for (int i = 0; i < STARTS; i++) {
                FirstRequest first = requests.next();
                millis.add(first.status() == 200 ? first.afterJoin().toNanos() / 1e6 : FAILED_MILLIS);
                repeated += first.log().containsKey("retries") ? 1 : 0;
            }
        }
        add(
                "First request of the proxy",
                millis,
                "a warm proxy as a container, in which the request waits for the node to join; by its own log, from "
                        + "the detection of that to the end of the response. Dials repeated in " + repeated
                        + " of them");
    }

    private void layer(DeployedFunction function) {
        List<Double> millis = new ArrayList<>();
        try (MeasuredEnvironment environment =
                new MeasuredEnvironment(tailnet.startFunction(function, Map.of(), InContainerClasses::addTo))) {
            List<String> lines = environment.run(
                    "java",
                    "-cp",
                    InContainerClasses.FOLDER,
                    FirstRequestTimer.class.getName(),
                    Integer.toString(STARTS),
                    Integer.toString(ExecutionEnvironment.SOCKS_PORT),
                    tailnet.target().address(),
                    Integer.toString(TargetNode.SERVICE_PORT));
            for (String line : lines) {
                millis.add(line.startsWith("failed") ? FAILED_MILLIS : Double.parseDouble(line) / 1000);
            }
        }
        add(
                "First request through the layer's port",
                millis,
                "the extension is started in a container, and a request is sent through its SOCKS5 port when it requests `/next`");
    }

    private void add(String what, List<Double> millis, String how) {
        if (millis.size() != STARTS) {
            throw new IllegalStateException(millis.size() + " of " + STARTS + " starts were measured");
        }
        double slowest = millis.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        long failed = millis.stream().filter(one -> one == FAILED_MILLIS).count();
        figures.add(Figure.atMost(
                what + " after the node has joined, the slowest" + where,
                Math.rint(slowest),
                AT_MOST_MILLIS,
                "ms",
                STARTS + " starts, each a new node: " + how + ". " + Statistics.describe(millis) + ", " + failed
                        + " failed."));
    }
}
