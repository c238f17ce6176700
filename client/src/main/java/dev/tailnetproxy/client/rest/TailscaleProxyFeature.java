package dev.tailnetproxy.client.rest;

import dev.tailnetproxy.client.signing.FunctionUrl;
import dev.tailnetproxy.client.signing.MetricLabels;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.client.ClientResponseFilter;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.WriterInterceptor;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/**
 * Sends the requests of a REST client through the proxy to the server that the client's URL names. Registered by
 * configuration alone, as {@code quarkus.rest-client.<name>.providers}; it reads
 *
 * <ul>
 *   <li>{@code tailscale-proxy.url}: the proxy's Function URL;
 *   <li>{@code tailscale-proxy.region}: its region, where the URL does not hold it;
 *   <li>{@code tailscale-proxy.allow-plain-http}: {@code true} takes an {@code http} URL that leads to another machine;
 *   <li>{@code tailscale-proxy.metrics.service}, {@code .dimension-name}, {@code .dimension-value}: all three turn the
 *       proxy's metrics on.
 * </ul>
 *
 * <p>An error of the proxy or of Lambda is thrown as {@link dev.tailnetproxy.client.TailscaleProxyException}, inside the
 * {@code ProcessingException} that JAX-RS asks for. Nothing is tried again: that is for MicroProfile Fault Tolerance.
 *
 * <p>A redirect is a response, also with {@code follow-redirects=true}: what followed it would take the call's credentials
 * and its {@code ts-*} fields to whatever server the target names.
 */
public final class TailscaleProxyFeature implements Feature {

    /** The last filter of a request, which sees all headers, and the first of a response. */
    private static final int CLOSEST_TO_TRANSPORT = Integer.MAX_VALUE;
    /** Outside every other interceptor, where the bytes are those that are sent. */
    private static final int OUTERMOST = Integer.MIN_VALUE;

    /** Before every other resolver. */
    private static final int FIRST = Integer.MIN_VALUE;

    private final FunctionUrl functionUrl;
    private final Optional<MetricLabels> metrics;
    private final IdentityProvider<? extends AwsCredentialsIdentity> credentials;

    /**
     * Reads its settings from the application's configuration; credentials come from the SDK's default chain.
     *
     * @throws IllegalArgumentException when a setting is missing or wrong
     */
    public TailscaleProxyFeature() {
        this(ConfigProvider.getConfig());
    }

    TailscaleProxyFeature(Config config) {
        this(
                functionUrl(config),
                metrics(config),
                DefaultCredentialsProvider.builder().build());
    }

    /** Takes its settings from code, for {@code RestClientBuilder.register}. */
    public TailscaleProxyFeature(
            FunctionUrl functionUrl,
            Optional<MetricLabels> metrics,
            IdentityProvider<? extends AwsCredentialsIdentity> credentials) {
        this.functionUrl = functionUrl;
        this.metrics = metrics;
        this.credentials = credentials;
    }

    @Override
    public boolean configure(FeatureContext context) {
        RequestSigning signing = new RequestSigning(functionUrl, credentials);
        context.register(
                new ProxyRequestFilter(functionUrl, metrics, signing),
                Map.of(ClientRequestFilter.class, CLOSEST_TO_TRANSPORT));
        context.register(new SignedBodyInterceptor(signing), Map.of(WriterInterceptor.class, OUTERMOST));
        context.register(new ErrorResponseFilter(), Map.of(ClientResponseFilter.class, CLOSEST_TO_TRANSPORT));
        // Twice, because an application may have set the one or registered the other by itself.
        context.property(QuarkusRestClientProperties.MAX_REDIRECTS, 0);
        context.register(new NoRedirects(), Map.of(ContextResolver.class, FIRST));
        return true;
    }

    private static FunctionUrl functionUrl(Config config) {
        URI url = config.getOptionalValue("tailscale-proxy.url", String.class)
                .map(FunctionUrl::uri)
                .orElseThrow(() -> new IllegalArgumentException(
                        "tailscale-proxy.url is not set; give it the proxy's Function URL"));
        boolean allowPlainHttp = config.getOptionalValue("tailscale-proxy.allow-plain-http", Boolean.class)
                .orElse(false);
        return config.getOptionalValue("tailscale-proxy.region", String.class)
                .map(region -> new FunctionUrl(url, region, allowPlainHttp))
                .orElseGet(() -> FunctionUrl.of(url, allowPlainHttp));
    }

    private static Optional<MetricLabels> metrics(Config config) {
        return config.getOptionalValue("tailscale-proxy.metrics.service", String.class)
                .map(service -> new MetricLabels(
                        service,
                        config.getValue("tailscale-proxy.metrics.dimension-name", String.class),
                        config.getValue("tailscale-proxy.metrics.dimension-value", String.class)));
    }
}
