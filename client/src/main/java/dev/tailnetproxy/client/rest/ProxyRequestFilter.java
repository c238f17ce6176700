package dev.tailnetproxy.client.rest;

import dev.tailnetproxy.client.rest.RequestSigning.SignableRequest;
import dev.tailnetproxy.client.signing.FunctionUrl;
import dev.tailnetproxy.client.signing.MetricLabels;
import dev.tailnetproxy.client.signing.ProxyHeaders;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.contract.HeaderNames;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * Turns a request for a server into a call to the proxy that names the server. A request without a body is signed here, one
 * with a body by {@link SignedBodyInterceptor}.
 */
final class ProxyRequestFilter implements ClientRequestFilter {

    private static final byte[] NO_BODY = {};

    private final FunctionUrl functionUrl;
    private final Optional<MetricLabels> metrics;
    private final RequestSigning signing;

    ProxyRequestFilter(FunctionUrl functionUrl, Optional<MetricLabels> metrics, RequestSigning signing) {
        this.functionUrl = functionUrl;
        this.metrics = metrics;
        this.signing = signing;
    }

    @Override
    public void filter(ClientRequestContext request) {
        rejectUnserializableBody(request);
        URI targetUri = request.getUri();
        MultivaluedMap<String, Object> headers = request.getHeaders();
        ProxyHeaders proxyHeaders = new ProxyHeaders(RequestSigning.texts(headers))
                .target(Target.of(targetUri))
                .putIfAbsent(HeaderNames.HOST, targetUri.getRawAuthority());
        metrics.ifPresent(proxyHeaders::metrics);
        RequestSigning.replace(headers, proxyHeaders);

        String path = targetUri.getRawPath().isEmpty() ? "/" : targetUri.getRawPath();
        String query = targetUri.getRawQuery() == null ? "" : "?" + targetUri.getRawQuery();
        SignableRequest signable = new SignableRequest(request.getMethod(), functionUrl.at(path + query));
        request.setUri(signable.uri());
        if (request.hasEntity()) {
            request.setProperty(SignableRequest.PROPERTY, signable);
        } else {
            signing.sign(signable, headers, NO_BODY);
        }
    }

    /** The REST client sends these without showing their bytes to an interceptor, so they can't be hashed. */
    private static void rejectUnserializableBody(ClientRequestContext request) {
        Object entity = request.getEntity();
        boolean isMultipart = request.getMediaType() != null
                && "multipart".equalsIgnoreCase(request.getMediaType().getType());
        if (isMultipart || entity instanceof File || entity instanceof Path || entity instanceof Flow.Publisher) {
            throw new IllegalArgumentException(
                    "a body that is "
                            + (isMultipart
                                    ? "multipart"
                                    : "a " + entity.getClass().getSimpleName())
                            + " can't be signed before it is sent; give the REST client a byte array, or use TailscaleProxyClient");
        }
    }
}
