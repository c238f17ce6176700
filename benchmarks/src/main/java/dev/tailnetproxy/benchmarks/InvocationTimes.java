package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import java.util.Optional;

/**
 * What one payload takes through the emulator, and by hand through the layer's SOCKS5 port; medians.
 *
 * @param straightMillis by hand
 * @param invocationMillis through the emulator
 */
record InvocationTimes(FunctionPayload payload, double straightMillis, double invocationMillis) {

    private static final double NANOS = 1e6;

    /** As {@code InvocationTimer} prints them; empty for another line. */
    static Optional<InvocationTimes> of(String line) {
        String[] words = line.split(" ", -1);
        if (!words[0].equals("invocation")) {
            return Optional.empty();
        }
        return Optional.of(new InvocationTimes(
                FunctionPayload.valueOf(words[1]), Long.parseLong(words[2]) / NANOS, Long.parseLong(words[3]) / NANOS));
    }

    /** For a report. */
    String sentence() {
        return Figure.number(invocationMillis) + " ms, and straight through SOCKS5 beside it "
                + Figure.number(straightMillis) + " ms.";
    }
}
