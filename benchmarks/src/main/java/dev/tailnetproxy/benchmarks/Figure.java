package dev.tailnetproxy.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * One measured value beside its target.
 *
 * @param what what was measured
 * @param measured the value, with its unit
 * @param target what it should be at most or at least, with its unit
 * @param met whether the target was met, or nothing was measured
 * @param how how it was measured, in a sentence or two
 */
record Figure(String what, String measured, String target, boolean met, String how) {

    private static final String NOT_MEASURED = "not measured";

    static Figure atMost(String what, double measured, double most, String unit, String how) {
        return new Figure(
                what, number(measured) + " " + unit, "at most " + number(most) + " " + unit, measured <= most, how);
    }

    static Figure atLeast(String what, double measured, double least, String unit, String how) {
        return new Figure(
                what, number(measured) + " " + unit, "at least " + number(least) + " " + unit, measured >= least, how);
    }

    /** One that is missing on this machine, with the reason. */
    static Figure notMeasured(String what, String why) {
        return new Figure(what, NOT_MEASURED, "", true, "Not measured, because " + why + ".");
    }

    /** What the page says of it in one word. */
    String verdict() {
        if (measured.equals(NOT_MEASURED)) {
            return "";
        }
        return met ? "met" : "**missed**";
    }

    static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
