package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.metrics.MetricLabels;
import java.util.Optional;

/** The three headers that turn metrics on for a request. */
public final class MetricHeaders {

    private MetricHeaders() {}

    /**
     * The labels; empty unless all three headers are there.
     *
     * @throws ProxyFailure {@code InvalidHeader} when one of them is out of bounds
     */
    public static Optional<MetricLabels> parse(Headers headers) {
        Optional<String> service = headers.first(HeaderNames.METRIC_SERVICE);
        Optional<String> name = headers.first(HeaderNames.METRIC_DIMENSION_NAME);
        Optional<String> value = headers.first(HeaderNames.METRIC_DIMENSION_VALUE);
        if (service.isEmpty() || name.isEmpty() || value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new MetricLabels(service.get(), name.get(), value.get()));
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, String.valueOf(e.getMessage()), e);
        }
    }
}
