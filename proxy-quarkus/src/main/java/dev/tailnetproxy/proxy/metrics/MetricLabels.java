package dev.tailnetproxy.proxy.metrics;

import java.util.regex.Pattern;

/**
 * The dimensions of a request's metrics. They come from callers and end up as names in somebody's bill, so they are
 * bounded.
 *
 * @param service value of the dimension {@code service}
 * @param dimensionName name of the second dimension
 * @param dimensionValue its value
 */
public record MetricLabels(String service, String dimensionName, String dimensionValue) {

    /** Longest name or value. */
    public static final int MAX_LENGTH = 128;

    /** CloudWatch refuses a colon at the start; the rest is what names of services and hosts are made of. */
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._/#@-][A-Za-z0-9._/#@: -]*");

    /** @throws IllegalArgumentException with a sentence, when a part is too long or has other characters */
    public MetricLabels {
        check(service);
        check(dimensionName);
        check(dimensionValue);
        // These are the names beside it in an embedded metric; another meaning for them would spoil the record.
        if (dimensionName.equals("service")
                || dimensionName.equals("success")
                || dimensionName.equals("failure")
                || dimensionName.equals("duration")
                || dimensionName.equals("_aws")) {
            throw new IllegalArgumentException("a metric's dimension has a reserved name");
        }
    }

    private static void check(String text) {
        if (text.length() > MAX_LENGTH || !ALLOWED.matcher(text).matches()) {
            throw new IllegalArgumentException("a metric's name or value is empty, longer than " + MAX_LENGTH
                    + " characters or has characters other than letters, digits, spaces and . _ / # @ : -");
        }
    }
}
