package dev.tailnetproxy.client.signing;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Turns the proxy's metrics on for a request: counted under {@code service} and one dimension more. Each text is 1 to 128
 * letters, digits, spaces and {@code . _ / # @ : -}.
 *
 * @param service value of the dimension {@code service}
 * @param dimensionName name of the other dimension
 * @param dimensionValue its value
 */
public record MetricLabels(String service, String dimensionName, String dimensionValue) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9 ._/#@:-]{1,128}");

    /**
     * Checks all three.
     *
     * @throws IllegalArgumentException when one holds something else
     */
    public MetricLabels {
        Map.of("service", service, "dimension's name", dimensionName, "dimension's value", dimensionValue)
                .forEach((what, text) -> {
                    if (!ALLOWED.matcher(text).matches()) {
                        throw new IllegalArgumentException("the metric " + what + " \"" + text
                                + "\" is not 1 to 128 letters, digits, spaces and . _ / # @ : -");
                    }
                });
    }
}
