package dev.tailnetproxy.client.signing;

import dev.tailnetproxy.contract.MetricLabelRules;

/**
 * Turns the proxy's metrics on for a request: counted under {@code service} and one dimension more. Each text is 1 to 128
 * letters, digits, spaces and {@code . _ / # @ : -}, without a colon in front and without a space at either end.
 *
 * @param service value of the dimension {@code service}
 * @param dimensionName name of the other dimension; not {@code service}, {@code success}, {@code failure},
 *     {@code duration} or {@code _aws}
 * @param dimensionValue its value
 */
public record MetricLabels(String service, String dimensionName, String dimensionValue) {

    /**
     * Checks all three, by the rules of the proxy itself.
     *
     * @throws IllegalArgumentException when one holds something else
     */
    public MetricLabels {
        MetricLabelRules.check(service, dimensionName, dimensionValue);
    }
}
