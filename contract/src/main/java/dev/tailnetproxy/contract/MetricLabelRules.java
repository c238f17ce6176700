package dev.tailnetproxy.contract;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the three metric headers of a request may hold. Clients choose the values and they end up as names in somebody's
 * bill, so they are bounded.
 */
public final class MetricLabelRules {

    /** Longest name or value. */
    public static final int MAX_LENGTH = 128;

    /** CloudWatch refuses a colon at the start, and HTTP takes away blanks at both ends. */
    private static final Pattern ALLOWED =
            Pattern.compile("[A-Za-z0-9._/#@-](?:[A-Za-z0-9._/#@: -]*[A-Za-z0-9._/#@:-])?");

    /** The names beside the dimension in an embedded metric; another meaning for them would spoil the record. */
    private static final Set<String> RESERVED_NAMES = Set.of("service", "success", "failure", "duration", "_aws");

    private MetricLabelRules() {}

    /**
     * Checks the labels of one request.
     *
     * @param service value of the dimension {@code service}
     * @param dimensionName name of the second dimension
     * @param dimensionValue its value
     * @throws IllegalArgumentException with a sentence that names the label and does not repeat it
     */
    public static void check(String service, String dimensionName, String dimensionValue) {
        checkText("service", service);
        checkText("dimension name", dimensionName);
        checkText("dimension value", dimensionValue);
        if (RESERVED_NAMES.contains(dimensionName)) {
            throw new IllegalArgumentException(
                    "the metric dimension name is one of the reserved service, success, failure, duration and _aws");
        }
    }

    /** Whether a text may be a label at all; some names are reserved. */
    public static boolean isLabel(String text) {
        return text.length() <= MAX_LENGTH && ALLOWED.matcher(text).matches();
    }

    private static void checkText(String description, String text) {
        if (!isLabel(text)) {
            throw new IllegalArgumentException(
                    "the metric " + description + " is not 1 to " + MAX_LENGTH
                            + " letters, digits, spaces and . _ / # @ : -, or begins with a colon, or begins or ends with a space");
        }
    }
}
