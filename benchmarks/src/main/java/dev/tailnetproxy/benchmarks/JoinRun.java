package dev.tailnetproxy.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What was measured while nodes joined at a rate, stayed, and left.
 *
 * @param policy which nodes saw each other
 * @param perMinute the rate at which they were started
 * @param joined the times from start to Running, sorted
 * @param failed how many did not join
 * @param control what the control server used while they joined
 * @param updates how many updates it made meanwhile, for all nodes
 * @param existing what a node used meanwhile that was there before
 * @param received how many updates it received
 * @param nodes what the joined nodes used
 * @param leaving what the control server used while they left
 * @param idle the share of the machine's processors that was idle while they joined, which tells what else ran
 */
record JoinRun(
        JoinPolicy policy,
        int perMinute,
        List<Double> joined,
        int failed,
        ProcessUse control,
        long updates,
        ProcessUse existing,
        long received,
        ProcessUse nodes,
        ProcessUse leaving,
        double idle) {

    private static final String HEAD =
            """
            | policy | joins a minute | joined | p50 s | p95 s | slowest s | server CPU s | server MB | server sent MB \
            | updates made | node updates | node CPU s | node MB | node received MB | MB a joined node | its CPU ms \
            | server CPU s, leaving | machine idle % |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    JoinRun {
        joined = List.copyOf(joined);
        if (joined.isEmpty()) {
            throw new IllegalStateException("no node has joined, " + perMinute + " a minute, policy: " + policy.word());
        }
    }

    /** The quantile of sorted values, by the nearest rank. */
    static double quantile(List<Double> sorted, double share) {
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    /** Measures one. */
    static JoinRun measure(JoinTailnet tailnet, JoinPolicy policy, int perMinute, int nodes, Duration settle)
            throws InterruptedException {
        Thread.sleep(settle.toMillis()); // what is left of starting is over
        MachineUse machine = MachineUse.now();
        ProcessUse control = tailnet.ofControlServer();
        ProcessUse existing = tailnet.ofExistingNode();
        long updates = tailnet.updatesMade();
        long received = tailnet.updatesReceived();
        List<String> lines = tailnet.join(nodes, perMinute).lines().toList();
        double idle = MachineUse.now().idleSince(machine);
        Thread.sleep(settle.toMillis()); // the last changes have reached everybody
        ProcessUse joinedControl = tailnet.ofControlServer();
        ProcessUse joinedExisting = tailnet.ofExistingNode();
        long joinedUpdates = tailnet.updatesMade();
        long joinedReceived = tailnet.updatesReceived();
        ProcessUse joinedNodes = tailnet.ofJoinedNodes();
        ProcessUse before = tailnet.ofControlServer();
        tailnet.leave();
        Thread.sleep(settle.toMillis());
        List<Double> seconds = lines.stream()
                .filter(line -> !line.startsWith("failed"))
                .map(line -> Double.parseDouble(line) / 1e6)
                .sorted()
                .toList();
        return new JoinRun(
                policy,
                perMinute,
                seconds,
                nodes - seconds.size(),
                joinedControl.since(control),
                joinedUpdates - updates,
                joinedExisting.since(existing),
                joinedReceived - received,
                joinedNodes,
                tailnet.ofControlServer().since(before),
                idle);
    }

    /** The runs as a table. */
    static String table(List<JoinRun> runs) {
        StringBuilder table = new StringBuilder(HEAD);
        runs.forEach(run -> table.append(run.row()));
        return table.toString();
    }

    private String row() {
        int count = joined.size();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d of %d | %.2f | %.2f | %.2f | %.1f | %.0f | %.1f | %d | %d | %.2f | %.1f | %.2f | %.1f"
                        + " | %.0f | %.1f | %.0f |%n",
                policy.word(),
                perMinute,
                joined.size(),
                joined.size() + failed,
                quantile(joined, 0.5),
                quantile(joined, 0.95),
                quantile(joined, 1),
                control.cpuSeconds(),
                control.megabytes(),
                control.sentMegabytes(),
                updates,
                received,
                existing.cpuSeconds(),
                existing.megabytes(),
                existing.receivedMegabytes(),
                nodes.megabytes() / count,
                nodes.cpuSeconds() / count * 1000,
                leaving.cpuSeconds(),
                idle * 100);
    }
}
