package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ProxyVariables;
import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;

/** Settings of the proxy. A property that is left out has the proxy's default. Durations: up to 15 minutes. */
@Value.Immutable
public interface ProxyOptions {

    /**
     * {@code TS_PROXY_ALLOWED_TARGETS}: targets beyond the tailnet's peers. Each is an address, a prefix, a name or
     * {@code *.suffix}, with an optional {@code :port} or {@code :from-to}.
     *
     * <p>Default: none
     */
    List<String> getAllowedTargets();

    /**
     * {@code TS_PROXY_PEERS}: whether the tailnet's peers may be reached without being among the allowed targets.
     *
     * <p>Default: all of them may be
     */
    Optional<PeerAccess> getPeers();

    /**
     * {@code TS_PROXY_DENIED_TARGETS}: targets that are refused, in the same form.
     *
     * <p>Default: none
     */
    List<String> getDeniedTargets();

    /**
     * {@code TS_PROXY_TLS_INSECURE_TARGETS}: targets whose certificate is not verified, in the same form. A server
     * that impersonates one of them can read and change the traffic.
     *
     * <p>Default: none
     */
    List<String> getTlsInsecureTargets();

    /**
     * {@code TS_PROXY_CA_BUNDLE}: path of a PEM file in the function's environment, trusted for https targets. {@link
     * TailscaleProxyProps#getCaBundle()} brings a file of the machine that deploys there.
     */
    Optional<String> getCaBundle();

    /**
     * {@code TS_PROXY_FORWARDED_HEADERS}.
     *
     * <p>Default: {@link ForwardedHeaders#DROP}
     */
    Optional<ForwardedHeaders> getForwardedHeaders();

    /**
     * {@code TS_PROXY_UNDERSCORE_HEADERS}: treatment of request fields that a target may read as others, such as
     * {@code Content_Length}.
     *
     * <p>Default: they pass
     */
    Optional<UnderscoreHeaders> getUnderscoreHeaders();

    /**
     * {@code TS_PROXY_METRIC_SERVICES}: the services that are counted by themselves; others are counted as {@code other}.
     *
     * <p>Default: all
     */
    List<String> getMetricServices();

    /**
     * {@code TS_PROXY_METRIC_DIMENSIONS}: the dimension names that are counted by themselves; others are counted as
     * {@code other}.
     *
     * <p>Default: all
     */
    List<String> getMetricDimensions();

    /**
     * {@code TS_PROXY_JOIN_WAIT_MS}: longest wait of a request for the node to join.
     *
     * <p>Default: 10 seconds
     */
    Optional<Duration> getJoinWait();

    /**
     * {@code TS_PROXY_SETTLE_MS}: how long after joining or a freeze a failed dial is tried again.
     *
     * <p>Default: 10 seconds
     */
    Optional<Duration> getSettleTime();

    /**
     * {@code TS_PROXY_CONNECT_TIMEOUT_MS}: time for one dial.
     *
     * <p>Default: 10 seconds
     */
    Optional<Duration> getConnectTimeout();

    /**
     * {@code TS_PROXY_FIRST_BYTE_TIMEOUT_MS}: from the request to the response's header section.
     *
     * <p>Default: 15 minutes, so that the function's timeout decides
     */
    Optional<Duration> getFirstByteTimeout();

    /**
     * {@code TS_PROXY_IDLE_TIMEOUT_MS}: oldest idle connection that is used again.
     *
     * <p>Default: 30 seconds
     */
    Optional<Duration> getIdleTimeout();

    /**
     * {@code TS_PROXY_MAX_CONNECTIONS}: for each target, 1 to 100000.
     *
     * <p>Default: 256
     */
    Optional<Integer> getMaxConnections();

    /**
     * {@code TS_PROXY_METRICS}.
     *
     * <p>Default: {@link MetricsDestination#EMF}
     */
    @Value.Default
    default MetricsDestination getMetrics() {
        return MetricsDestination.EMF;
    }

    /**
     * {@code LEGACY_ERRORS}: whether every error of the proxy but 400 has the status 500.
     *
     * <p>Default: false
     */
    Optional<Boolean> getLegacyErrors();

    /**
     * {@code TS_PROXY_SOCKS_HOST}: host of the SOCKS5 server.
     *
     * <p>Default: the layer's, on 127.0.0.1
     */
    Optional<String> getSocksHost();

    /**
     * {@code TS_PROXY_LOCALAPI_SOCKET}: tailscaled's socket; {@code none} for a SOCKS5 server that is not tailscaled.
     *
     * <p>Default: {@code tailscaled.sock} in the extension's folder
     */
    Optional<String> getLocalApiSocket();

    /**
     * {@code TS_PROXY_STATE_FILE}: where the extension writes its state.
     *
     * <p>Default: {@code state.json} in the extension's folder
     */
    Optional<String> getStateFile();

    @Value.Check
    default void check() {
        Validate.targets("allowedTargets", getAllowedTargets());
        Validate.targets("deniedTargets", getDeniedTargets());
        Validate.targets("tlsInsecureTargets", getTlsInsecureTargets());
        Validate.metricLabels("metricServices", getMetricServices());
        Validate.metricLabels("metricDimensions", getMetricDimensions());
        Validate.pemFile("caBundle", getCaBundle());
        Validate.millis("joinWait", getJoinWait(), ProxyVariables.JOIN_WAIT_MS);
        Validate.millis("settleTime", getSettleTime(), ProxyVariables.SETTLE_MS);
        Validate.millis("connectTimeout", getConnectTimeout(), ProxyVariables.CONNECT_TIMEOUT_MS);
        Validate.millis("firstByteTimeout", getFirstByteTimeout(), ProxyVariables.FIRST_BYTE_TIMEOUT_MS);
        Validate.millis("idleTimeout", getIdleTimeout(), ProxyVariables.IDLE_TIMEOUT_MS);
        Validate.range("maxConnections", getMaxConnections(), ProxyVariables.MAX_CONNECTIONS);
        Validate.text("socksHost", getSocksHost());
        Validate.absolutePath("localApiSocket", getLocalApiSocket().filter(socket -> !socket.equals("none")));
        Validate.absolutePath("stateFile", getStateFile());
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link ProxyOptions}. */
    class Builder extends ImmutableProxyOptions.Builder {}
}
