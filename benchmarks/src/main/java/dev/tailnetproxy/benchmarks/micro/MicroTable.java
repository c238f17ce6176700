package dev.tailnetproxy.benchmarks.micro;

import java.util.List;
import java.util.Locale;

/** The steps as a table of Markdown that can be read on a terminal as well. */
final class MicroTable {

    private MicroTable() {}

    static String of(List<MicroResult> results) {
        int width = results.stream().mapToInt(result -> result.step().length()).reduce("step".length(), Math::max);
        StringBuilder table = new StringBuilder(row(width, "step", "µs", "iterations, µs", "bytes"))
                .append(String.format(Locale.ROOT, "|%s|--:|--:|--:|%n", "-".repeat(width + 2)));
        for (MicroResult result : results) {
            table.append(row(
                    width,
                    result.step(),
                    micros(result.micros()),
                    micros(result.leastMicros()) + " to " + micros(result.mostMicros()),
                    String.format(Locale.ROOT, "%.0f", result.bytes())));
        }
        return table.toString();
    }

    private static String row(int width, String step, String micros, String iterations, String bytes) {
        String padding = " ".repeat(width - step.length());
        return String.format(Locale.ROOT, "| %s%s | %12s | %23s | %12s |%n", step, padding, micros, iterations, bytes);
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
