package dev.tailnetproxy.benchmarks.scale;

/** What serves the requests, with a node of the tailnet in each of its environments. */
interface Fleet {

    /**
     * Lets requests arrive for as long as one of them takes.
     *
     * @param step how many such times have passed
     * @param requests those that arrive
     */
    Change advance(int step, int requests);

    /** Its nodes in the tailnet, those among them that are silent and not removed yet. */
    int nodes();

    /**
     * What happened in a step.
     *
     * @param joins nodes that joined
     * @param leaves nodes that were removed
     * @param unserved requests that were refused, or that had to wait for others
     */
    record Change(int joins, int leaves, int unserved) {}
}
