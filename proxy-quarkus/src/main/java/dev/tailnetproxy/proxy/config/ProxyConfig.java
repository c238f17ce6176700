package dev.tailnetproxy.proxy.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/**
 * Everything an operator can set, as text. Each method is an environment variable, named in {@code
 * application.properties}; {@link Settings} checks the values and has the defaults, because only there an empty variable
 * can be told from a wrong one.
 */
@ConfigMapping(prefix = "tailnet-proxy")
public interface ProxyConfig {

    /** {@code TS_SOCKS_PORT}: port of the SOCKS5 server. */
    Optional<String> socksPort();

    /** {@code TS_PROXY_SOCKS_HOST}: its host. */
    Optional<String> socksHost();

    /** {@code TS_PROXY_LOCALAPI_SOCKET}: tailscaled's unix socket, or {@code none}. */
    Optional<String> localapiSocket();

    /** {@code TS_PROXY_STATE_FILE}: where the extension writes its state. */
    Optional<String> stateFile();

    /** {@code TS_PROXY_ALLOWED_TARGETS}. */
    Optional<String> allowedTargets();

    /** {@code TS_PROXY_DENIED_TARGETS}. */
    Optional<String> deniedTargets();

    /** {@code TS_PROXY_PEERS}: {@code all} or {@code onlyListed}. */
    Optional<String> peers();

    /** {@code TS_PROXY_CALLER_TARGETS}: what each principal may reach. */
    Optional<String> callerTargets();

    /** {@code TS_PROXY_FORWARDED_HEADERS}: {@code drop} or {@code pass}. */
    Optional<String> forwardedHeaders();

    /** {@code TS_PROXY_UNDERSCORE_HEADERS}: {@code pass}, {@code drop} or {@code refuse}. */
    Optional<String> underscoreHeaders();

    /** {@code TS_PROXY_METRIC_SERVICES}: services that are counted by themselves. */
    Optional<String> metricServices();

    /** {@code TS_PROXY_METRIC_DIMENSIONS}: dimension names that are counted by themselves. */
    Optional<String> metricDimensions();

    /** {@code TS_PROXY_JOIN_WAIT_MS}. */
    Optional<String> joinWaitMs();

    /** {@code TS_PROXY_SETTLE_MS}. */
    Optional<String> settleMs();

    /** {@code TS_PROXY_CONNECT_TIMEOUT_MS}. */
    Optional<String> connectTimeoutMs();

    /** {@code TS_PROXY_FIRST_BYTE_TIMEOUT_MS}. */
    Optional<String> firstByteTimeoutMs();

    /** {@code TS_PROXY_IDLE_TIMEOUT_MS}. */
    Optional<String> idleTimeoutMs();

    /** {@code TS_PROXY_MAX_CONNECTIONS}. */
    Optional<String> maxConnections();

    /** {@code TS_PROXY_MAX_TARGET_CONNECTIONS}. */
    Optional<String> maxTargetConnections();

    /** {@code TS_PROXY_MAX_WAITING}. */
    Optional<String> maxWaiting();

    /** {@code TS_PROXY_MAX_REQUESTS}. */
    Optional<String> maxRequests();

    /** {@code TS_PROXY_MAX_BUFFERED_BYTES}. */
    Optional<String> maxBufferedBytes();

    /** {@code TS_EXIT_NODE}: the extension's setting; here only whether there is one. */
    Optional<String> exitNode();

    /** {@code TS_EXIT_NODE_REQUIRED}. */
    Optional<String> exitNodeRequired();

    /** {@code TS_PROXY_CA_BUNDLE}: PEM file. */
    Optional<String> caBundle();

    /** {@code TS_PROXY_TLS_INSECURE_TARGETS}. */
    Optional<String> tlsInsecureTargets();

    /** {@code TS_PROXY_METRICS}: {@code emf}, {@code cloudwatch} or {@code none}. */
    Optional<String> metrics();

    /** {@code LEGACY_ERRORS}. */
    Optional<String> legacyErrors();

    /** {@code AWS_LAMBDA_RUNTIME_API}: set by Lambda. */
    Optional<String> lambdaRuntimeApi();

    /** {@code TS_PROXY_HTTP_PORT}: makes the proxy an ordinary HTTP server. */
    Optional<String> httpPort();

    /** {@code TS_PROXY_HTTP_HOST}. */
    Optional<String> httpHost();

    /** {@code TS_PROXY_HTTP_MAX_CONNECTIONS}. */
    Optional<String> httpMaxConnections();

    /** {@code TS_PROXY_HTTP_TLS_CERTIFICATE}: PEM file. */
    Optional<String> httpTlsCertificate();

    /** {@code TS_PROXY_HTTP_TLS_KEY}: PEM file. */
    Optional<String> httpTlsKey();

    /** {@code TS_PROXY_HTTP_TLS_CLIENT_CA}: PEM file. */
    Optional<String> httpTlsClientCa();

    /** {@code TS_PROXY_HTTP_TOKEN_FILE}: one or two bearer tokens. */
    Optional<String> httpTokenFile();

    /** {@code TS_PROXY_MANAGEMENT_HOST}. */
    Optional<String> managementHost();

    /** {@code TS_PROXY_MANAGEMENT_PORT}. */
    Optional<String> managementPort();

    /** {@code TS_PROXY_HTTP_IDLE_TIMEOUT_MS}. */
    Optional<String> httpIdleTimeoutMs();

    /** {@code TS_PROXY_REQUEST_TIMEOUT_MS}. */
    Optional<String> requestTimeoutMs();

    /** {@code TS_PROXY_DRAIN_TIMEOUT_MS}. */
    Optional<String> drainTimeoutMs();
}
