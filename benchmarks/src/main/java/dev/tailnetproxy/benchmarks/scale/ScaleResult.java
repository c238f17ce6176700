package dev.tailnetproxy.benchmarks.scale;

/**
 * What a simulation gave.
 *
 * @param nodes the most nodes at once
 * @param joinsOfMinute the most joins in a minute
 * @param joins all joins
 * @param nodeMinutes the minutes of all nodes together
 * @param unserved the share of the requests that were refused or had to wait for others
 * @param coresIsolated busy cores of the control server in its worst minute, with a policy that isolates the environments
 * @param coresWithoutPolicy the same without one
 * @param megabytesToTarget what a target received of the control server in the minute with the most joins
 */
record ScaleResult(
        int nodes,
        int joinsOfMinute,
        long joins,
        long nodeMinutes,
        double unserved,
        double coresIsolated,
        double coresWithoutPolicy,
        double megabytesToTarget) {}
