package dev.tailnetproxy.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * One measured value beside what it may be at most.
 *
 * @param what what was measured
 * @param measured the value, with its unit
 * @param atMost the target, with its unit
 * @param met whether the target was met
 * @param how how it was measured, in a sentence or two
 */
record Figure(String what, String measured, String atMost, boolean met, String how) {

    static Figure of(String what, double measured, double atMost, String unit, String how) {
        return new Figure(what, number(measured) + " " + unit, number(atMost) + " " + unit, measured <= atMost, how);
    }

    static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
