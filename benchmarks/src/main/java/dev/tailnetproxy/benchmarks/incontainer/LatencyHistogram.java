package dev.tailnetproxy.benchmarks.incontainer;

/** How long requests took, counted in steps of a sixteenth of the value. Used by one thread. */
final class LatencyHistogram {

    private static final int STEPS_BITS = 4;
    private static final int STEPS = 1 << STEPS_BITS;

    private final long[] counts = new long[Long.SIZE * STEPS];
    private long all;

    void add(long micros) {
        counts[step(Math.max(0, micros))]++;
        all++;
    }

    void addAll(LatencyHistogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        all += other.all;
    }

    /** How many there are. */
    long count() {
        return all;
    }

    /** The microseconds that this share of them, of 0 to 1, took at most; 0 when there are none. */
    long percentile(double share) {
        long wanted = (long) Math.ceil(all * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (counts[i] > 0 && seen >= wanted) {
                return last(i);
            }
        }
        return 0;
    }

    private static int step(long micros) {
        int magnitude = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(micros) - STEPS_BITS - 1);
        return (magnitude << STEPS_BITS) + (int) (micros >> magnitude);
    }

    /** The largest value of a step. */
    private static long last(int step) {
        int magnitude = Math.max(0, (step >> STEPS_BITS) - 1);
        return ((step - (magnitude << STEPS_BITS) + 1L) << magnitude) - 1;
    }
}
