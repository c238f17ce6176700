package dev.tailnetproxy.client;

import dev.tailnetproxy.client.signing.FunctionUrl;
import dev.tailnetproxy.client.signing.MetricLabels;
import dev.tailnetproxy.client.signing.ProxyHeaders;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.contract.HeaderNames;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The headers of a call, from the client's settings and the request. */
record ProxyRequestHeaders(
        FunctionUrl functionUrl,
        Optional<Target> target,
        Optional<String> host,
        Optional<MetricLabels> metrics,
        Optional<Duration> targetTimeout) {

    /** Checks the host, which goes into a header of every request. */
    ProxyRequestHeaders {
        host.ifPresent(field -> new ProxyHeaders(Map.of()).putIfAbsent(HeaderNames.HOST, field));
    }

    /**
     * The headers for a request. A request whose URI is at the proxy's own address is for the default target, any other for
     * the server that its URI names.
     *
     * @throws IllegalArgumentException when there is no target or a header can't be sent
     */
    ProxyHeaders of(HttpRequest request) {
        ProxyHeaders headers = new ProxyHeaders(request.headers().map());
        URI uri = request.uri();
        if (functionUrl.isServerOf(uri)) {
            host.ifPresent(field -> headers.putIfAbsent(HeaderNames.HOST, field));
            target.ifPresent(headers::target);
        } else {
            headers.target(Target.of(uri));
            headers.putIfAbsent(HeaderNames.HOST, uri.getRawAuthority());
        }
        if (!headers.hasTarget()) {
            throw new IllegalArgumentException("no target for " + uri
                    + ": give the builder one, or send a request whose URI names the target's server");
        }
        metrics.ifPresent(headers::metrics);
        targetTimeout.ifPresent(
                timeout -> headers.putIfAbsent(HeaderNames.TIMEOUT_MS, Long.toString(timeout.toMillis())));
        return headers;
    }
}
