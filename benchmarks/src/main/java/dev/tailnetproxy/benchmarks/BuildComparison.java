package dev.tailnetproxy.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Two builds of the proxy under the same load, by the processor time of each relative to that of its tailscaled. The ratio
 * drifts less than either time, because whatever slows one down slows the other down as well.
 *
 * @param pairs at least one
 */
record BuildComparison(List<Pair> pairs) {

    /** By so much the build after may take more than the one before. */
    static final double AT_MOST_PERCENT = 10;

    /**
     * A run of each build, one directly behind the other.
     *
     * @param before the ratio of the build before
     * @param after that of the build after
     */
    record Pair(double before, double after) {

        Pair {
            if (!isRatio(before) || !isRatio(after)) {
                throw new IllegalArgumentException(
                        "a run took no processor time of the proxy or of its tailscaled, so that"
                                + " nothing can be compared: before " + before + ", after " + after);
            }
        }

        private static boolean isRatio(double value) {
            return value > 0 && Double.isFinite(value);
        }

        /** By how many percent the build after takes more; negative when it takes less. */
        double percent() {
            return 100 * (after / before - 1);
        }
    }

    BuildComparison {
        pairs = List.copyOf(pairs);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
    }

    /** The ratio of the build before. */
    double before() {
        return median(Pair::before);
    }

    /** The ratio of the build after. */
    double after() {
        return median(Pair::after);
    }

    /** By how many percent the build after takes more, in tenths, so that the verdict is of what is printed. */
    double percent() {
        return tenths(median(Pair::percent));
    }

    /** What lies between the pair that speaks most for the build after and the one that speaks most against it, in percent. */
    double spread() {
        return tenths(most() - least());
    }

    /** Whether the pairs differ more from each other than the builds do. */
    boolean isNoise() {
        return spread() > Math.abs(percent());
    }

    /** Whether the build after takes no more than is allowed. */
    boolean passes() {
        return percent() <= AT_MOST_PERCENT;
    }

    /**
     * All of it for somebody who reads it.
     *
     * @param before what the build before is called
     * @param after what the build after is called
     */
    String report(String before, String after) {
        return String.format(
                        Locale.ROOT,
                        """
                        | build | processor time of the proxy, relative to its tailscaled |
                        |---|---|
                        | %s | %.3f |
                        | %s | %.3f |

                        """,
                        before,
                        before(),
                        after,
                        after())
                + String.format(
                        Locale.ROOT,
                        "The difference is %+.1f %%, the median of %d pairs from %+.1f to %+.1f %%. %s%n",
                        percent(),
                        pairs.size(),
                        tenths(least()),
                        tenths(most()),
                        verdict())
                + (isNoise()
                        ? String.format(
                                Locale.ROOT,
                                "The pairs differ from each other by %.1f %%, more than the builds do: this run can't tell the"
                                        + " builds apart. A quieter machine may.%n",
                                spread())
                        : "");
    }

    private String verdict() {
        return (passes() ? "That is allowed: at most " : "**That is too much**: at most ")
                + Figure.number(AT_MOST_PERCENT) + " % more.";
    }

    private double least() {
        return pairs.stream().mapToDouble(Pair::percent).min().orElseThrow();
    }

    private double most() {
        return pairs.stream().mapToDouble(Pair::percent).max().orElseThrow();
    }

    private double median(ToDoubleFunction<Pair> value) {
        return Statistics.median(pairs.stream().map(value::applyAsDouble).toList());
    }

    /** Without a sign where there is nothing behind it. */
    private static double tenths(double percent) {
        return Math.rint(10 * percent) / 10 + 0.0;
    }
}
