package dev.tailnetproxy.benchmarks;

import java.util.List;

/** What is said of several measurements of one thing. */
final class Statistics {

    private Statistics() {}

    static double median(List<Double> samples) {
        List<Double> sorted = samples.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static String describe(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return String.format("%.0f ms (%.0f to %.0f)", median(sorted), sorted.get(0), sorted.get(sorted.size() - 1));
    }
}
