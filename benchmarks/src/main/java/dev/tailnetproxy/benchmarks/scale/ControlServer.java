package dev.tailnetproxy.benchmarks.scale;

/**
 * What joins and leaves cost the control server and a target, which sees all environments. The control server makes updates
 * for each node that is there when another one joins, also for those that may not see it; with a policy they are small.
 *
 * @param cpuOfJoin processor time in ms for a join
 * @param cpuOfLeave processor time in ms for a leave
 * @param cpuOfNodeIsolated processor time in ms for a join and each node that is there, when they may not see each other
 * @param cpuOfNodeWithoutPolicy the same when they see each other
 * @param kilobytesOfJoin what a target receives for a join
 */
record ControlServer(
        double cpuOfJoin,
        double cpuOfLeave,
        double cpuOfNodeIsolated,
        double cpuOfNodeWithoutPolicy,
        double kilobytesOfJoin) {

    /** Of the inputs. */
    static ControlServer of(ScaleInputs inputs) {
        return new ControlServer(
                inputs.get("Server CPU of a join"),
                inputs.get("Server CPU of a leave"),
                inputs.get("Server CPU of a join for each node, isolated"),
                inputs.get("Server CPU of a join for each node, no policy"),
                inputs.get("Data to a target for a join"));
    }

    /** Busy cores while nodes come and go, when they do not see each other. */
    double coresIsolated(int joins, int leaves, int nodes, double seconds) {
        return cores(joins, leaves, nodes * cpuOfNodeIsolated, seconds);
    }

    /** Busy cores when each of them is told of every other. */
    double coresWithoutPolicy(int joins, int leaves, int nodes, double seconds) {
        return cores(joins, leaves, nodes * cpuOfNodeWithoutPolicy, seconds);
    }

    private double cores(int joins, int leaves, double cpuOfNodes, double seconds) {
        return (joins * (cpuOfJoin + cpuOfNodes) + leaves * cpuOfLeave) / 1000 / seconds;
    }
}
