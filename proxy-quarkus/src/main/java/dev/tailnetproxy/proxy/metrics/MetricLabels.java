package dev.tailnetproxy.proxy.metrics;

import dev.tailnetproxy.contract.MetricLabelRules;

/**
 * The dimensions of a request's metrics.
 *
 * @param service value of the dimension {@code service}
 * @param dimensionName name of the second dimension
 * @param dimensionValue its value
 */
public record MetricLabels(String service, String dimensionName, String dimensionValue) {

    /** @throws IllegalArgumentException with a sentence, when a part is not what the contract allows */
    public MetricLabels {
        MetricLabelRules.check(service, dimensionName, dimensionValue);
    }
}
