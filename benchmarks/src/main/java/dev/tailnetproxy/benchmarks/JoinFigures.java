package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** How many nodes can join in a minute, what that takes, and what a policy changes. */
final class JoinFigures {

    /** The rates, with a minute each; {@code -Drates=60,300} for others. */
    private static final List<Integer> RATES = Stream.of(
                    System.getProperty("rates", "60,150,300").split(",", -1))
            .map(Integer::valueOf)
            .toList();

    /** So many at most, because each takes memory. */
    private static final int MOST_NODES = Integer.getInteger("nodes", 300);

    private static final Duration SETTLE = Duration.ofSeconds(5);

    /** After this the layer lets the function start without a tailnet ({@code TS_JOIN_TIMEOUT_MS}). */
    private static final double AT_MOST_SECONDS = 9;

    /** Above it the nodes, which share the machine with the control server, take all of its processors themselves. */
    private static final int FASTEST_WITH_TARGET = 150;

    private JoinFigures() {}

    static List<Figure> measure(Artifacts artifacts, Consumer<String> progress) throws InterruptedException {
        List<JoinRun> runs = new ArrayList<>();
        for (JoinPolicy policy : JoinPolicy.values()) {
            for (int rate : RATES) {
                int nodes = Math.min(rate, MOST_NODES);
                progress.accept("letting " + nodes + " nodes join, " + rate + " a minute, policy: " + policy.word());
                try (JoinTailnet tailnet = new JoinTailnet(artifacts, policy)) {
                    runs.add(JoinRun.measure(tailnet, policy, rate, nodes, SETTLE));
                }
                System.out.print(JoinRun.table(runs));
            }
        }
        // Without a policy the nodes are each other's load: that is what the policy is compared with.
        return runs.stream()
                .filter(run -> run.policy() == JoinPolicy.ISOLATED)
                .flatMap(JoinFigures::figures)
                .toList();
    }

    private static Stream<Figure> figures(JoinRun run) {
        String where =
                run.perMinute() + " joins a minute, policy: " + run.policy().word();
        String how = "Each node is a tailscaled of the layer, started by hand with a key at hand, without waiting for"
                + " others; all share this machine with the control server. It was idle for "
                + Math.round(run.idle() * 100) + " % of the time.";
        Figure failed = Figure.atMost("Nodes that did not join, " + where, run.failed(), 0, "nodes", how);
        if (run.perMinute() > FASTEST_WITH_TARGET) {
            return Stream.of(failed);
        }
        return Stream.of(
                failed,
                Figure.atMost(
                        "Joining, 95th percentile, " + where,
                        JoinRun.quantile(run.joined(), 0.95),
                        AT_MOST_SECONDS,
                        "s",
                        how));
    }
}
