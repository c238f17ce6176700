package dev.tailnetproxy.proxy.metrics;

import java.time.Duration;
import java.util.Set;

/**
 * Under which labels requests are counted. Clients name them, and each pair of a service and a dimension costs money: what
 * is not listed is counted together under one name.
 *
 * @param services the services that are counted by themselves; empty for all
 * @param dimensions the dimension names that are counted by themselves; empty for all
 */
public record MetricLabelFilter(Set<String> services, Set<String> dimensions) {

    /** Stands for whatever is not listed. */
    static final String OTHER = "other";

    /** @throws IllegalArgumentException with a sentence, when a name is not what the contract allows */
    public MetricLabelFilter {
        services = Set.copyOf(services);
        dimensions = Set.copyOf(dimensions);
        services.forEach(service -> new MetricLabels(service, OTHER, OTHER));
        dimensions.forEach(name -> new MetricLabels(OTHER, name, OTHER));
    }

    /** The labels under which a request with these is counted. */
    MetricLabels of(MetricLabels labels) {
        if (!services.isEmpty() && !services.contains(labels.service())) {
            // Its dimension as well: otherwise its values would be as many pairs again.
            return new MetricLabels(OTHER, OTHER, OTHER);
        }
        return dimensions.isEmpty() || dimensions.contains(labels.dimensionName())
                ? labels
                : new MetricLabels(labels.service(), OTHER, OTHER);
    }

    /** Metrics that are told of no other labels. */
    public RequestMetrics decorate(RequestMetrics metrics) {
        return services.isEmpty() && dimensions.isEmpty() ? metrics : new FilteredMetrics(this, metrics);
    }

    private record FilteredMetrics(MetricLabelFilter filter, RequestMetrics metrics) implements RequestMetrics {

        @Override
        public void record(MetricLabels labels, boolean reached, Duration duration) {
            metrics.record(filter.of(labels), reached, duration);
        }

        @Override
        public void close() {
            metrics.close();
        }
    }
}
