package dev.tailnetproxy.benchmarks.scale;

/** Lets the requests of a curve arrive at a fleet and counts by the minute. */
final class ScaleSimulation {

    private static final int MINUTE = 60;

    private ScaleSimulation() {}

    /**
     * Simulates; the same seed gives the same result.
     *
     * @param curve how the traffic changes
     * @param atPeak requests at once at its peak, on average
     * @param secondsOfRequest how long each takes
     */
    static ScaleResult run(
            ArrivalCurve curve, int atPeak, double secondsOfRequest, Fleet fleet, ControlServer server, long seed) {
        Arrivals arrivals = new Arrivals(seed);
        int steps = (int) Math.round(curve.seconds() / secondsOfRequest);
        int stepsOfMinute = (int) Math.round(MINUTE / secondsOfRequest);
        Tally tally = new Tally(server);
        for (int step = 0; step < steps; step++) {
            int requests = arrivals.next(atPeak * curve.share(step * secondsOfRequest));
            tally.add(requests, fleet.advance(step, requests), fleet.nodes());
            if (step % stepsOfMinute == stepsOfMinute - 1) {
                tally.endMinute(fleet.nodes());
            }
        }
        return tally.result();
    }

    /** Counts of the minute that runs, and the greatest of all minutes. */
    private static final class Tally {

        private final ControlServer server;
        private long requests;
        private long unserved;
        private long joins;
        private long nodeMinutes;
        private int mostNodes;
        private int joinsOfMinute;
        private int leavesOfMinute;
        private int mostJoins;
        private double coresIsolated;
        private double coresWithoutPolicy;

        private Tally(ControlServer server) {
            this.server = server;
        }

        private void add(int arrived, Fleet.Change change, int nodes) {
            requests += arrived;
            unserved += change.unserved();
            joins += change.joins();
            joinsOfMinute += change.joins();
            leavesOfMinute += change.leaves();
            mostNodes = Math.max(mostNodes, nodes);
        }

        private void endMinute(int nodes) {
            nodeMinutes += nodes;
            mostJoins = Math.max(mostJoins, joinsOfMinute);
            coresIsolated = Math.max(coresIsolated, server.coresIsolated(joinsOfMinute, leavesOfMinute, nodes, MINUTE));
            coresWithoutPolicy = Math.max(
                    coresWithoutPolicy, server.coresWithoutPolicy(joinsOfMinute, leavesOfMinute, nodes, MINUTE));
            joinsOfMinute = 0;
            leavesOfMinute = 0;
        }

        private ScaleResult result() {
            return new ScaleResult(
                    mostNodes,
                    mostJoins,
                    joins,
                    nodeMinutes,
                    requests == 0 ? 0 : (double) unserved / requests,
                    coresIsolated,
                    coresWithoutPolicy,
                    mostJoins * server.kilobytesOfJoin() / 1000);
        }
    }
}
