package dev.tailnetproxy.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of short connections.
 *
 * @param requests how many there were
 * @param failures how many of them failed
 * @param seconds length of the run
 * @param longestSeconds what the request took that took longest
 */
record ShortResult(int requests, int failures, double seconds, double longestSeconds) {

    private static final Pattern LINE =
            Pattern.compile("(?m)^requests (\\d+) failures (\\d+) millis (\\d+) longest (\\d+)$");

    /** Of what {@link dev.tailnetproxy.benchmarks.incontainer.ShortConnections} printed. */
    static ShortResult of(String output) {
        Matcher line = LINE.matcher(output);
        if (!line.find()) {
            throw new IllegalStateException("nothing was measured: " + output);
        }
        return new ShortResult(
                Integer.parseInt(line.group(1)),
                Integer.parseInt(line.group(2)),
                Long.parseLong(line.group(3)) / 1e3,
                Long.parseLong(line.group(4)) / 1e6);
    }

    double perSecond() {
        return seconds == 0 ? 0 : requests / seconds;
    }

    String sentence() {
        return Figure.number(Math.rint(perSecond())) + " a second, " + failures + " failures, the longest request "
                + Figure.number(longestSeconds) + " s";
    }
}
