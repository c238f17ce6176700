package dev.tailnetproxy.benchmarks.incontainer;

import java.util.Arrays;

/** Measured times, in nanoseconds. */
final class Nanos {

    private Nanos() {}

    /** The one in the middle, and of the two in the middle the longer one. */
    static long median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
