package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.address.Port;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.metrics.MetricLabelFilter;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.upstream.TrustStore;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The operator's settings, checked.
 *
 * @param localApiSocket tailscaled's socket; empty for a SOCKS5 server that is not tailscaled
 * @param stateFile the extension's state file
 * @param passForwarded whether the Function URL's own fields go on to the target
 * @param underscoreHeaders what becomes of names with an underscore
 * @param metricLabelFilter under which labels requests are counted
 * @param legacyErrors whether every proxy error but 400 has the status 500
 * @param policy which targets may be reached
 * @param resolution how targets are resolved
 * @param unverifiedTlsTargets targets whose certificate is not checked
 * @param upstream how targets are connected to
 * @param limits how much is taken on at most
 * @param metrics where the metrics of requests go
 * @param server where to listen; empty in Lambda
 * @param inLambda whether this is a Lambda function's process
 */
public record Settings(
        Optional<Path> localApiSocket,
        Path stateFile,
        boolean passForwarded,
        UnderscoreHeaders underscoreHeaders,
        MetricLabelFilter metricLabelFilter,
        boolean legacyErrors,
        TargetPolicy policy,
        ResolutionSettings resolution,
        List<TargetRule> unverifiedTlsTargets,
        UpstreamSettings upstream,
        LimitSettings limits,
        Metrics metrics,
        Optional<ServerSettings> server,
        boolean inLambda) {

    /** Where the metrics of requests go. */
    public enum Metrics {
        /** Embedded in the function's log. */
        EMF,
        /** By calls to CloudWatch. */
        CLOUDWATCH,
        /** Nowhere. */
        NONE
    }

    private static final String NO_LOCALAPI = "none";
    private static final String METRICS = "TS_PROXY_METRICS";

    /** Limit of a response's header section: 64 KiB, as in common servers. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /**
     * Checks everything.
     *
     * @throws InvalidSettingException with a sentence that names the environment variable
     */
    public static Settings of(ProxyConfig config) {
        String socksHost = new Variable("TS_PROXY_SOCKS_HOST", config.socksHost()).text("127.0.0.1");
        Port socksPort = new Port(new Variable("TS_SOCKS_PORT", config.socksPort()).number(1055, 1, Port.MAX));
        String localApi = new Variable("TS_PROXY_LOCALAPI_SOCKET", config.localapiSocket())
                .text("/tmp/tailscale/tailscaled.sock");
        return new Settings(
                localApi.equals(NO_LOCALAPI) ? Optional.empty() : Optional.of(Path.of(localApi)),
                Path.of(new Variable("TS_PROXY_STATE_FILE", config.stateFile()).text("/tmp/tailscale/state.json")),
                new Variable("TS_PROXY_FORWARDED_HEADERS", config.forwardedHeaders()).isAlternative("drop", "pass"),
                AccessSettings.underscoreHeaders(config),
                AccessSettings.metricLabelFilter(config),
                new Variable("LEGACY_ERRORS", config.legacyErrors()).bool(false),
                AccessSettings.policy(config, ownEndpoints(socksHost, socksPort, runtimeApi(config))),
                resolution(config),
                new Variable("TS_PROXY_TLS_INSECURE_TARGETS", config.tlsInsecureTargets()).rules(),
                upstream(config, socksHost, socksPort),
                LimitVariables.of(config, Runtime.getRuntime().maxMemory()),
                metrics(config),
                server(config),
                runtimeApi(config).isPresent());
    }

    private static ResolutionSettings resolution(ProxyConfig config) {
        return new ResolutionSettings(
                new Variable("TS_PROXY_JOIN_WAIT_MS", config.joinWaitMs()).millis(10_000, 0),
                new Variable("TS_PROXY_SETTLE_MS", config.settleMs()).millis(10_000, 0),
                new ResolutionSettings.ExitNode(
                        new Variable("TS_EXIT_NODE", config.exitNode()).value().isPresent(),
                        new Variable("TS_EXIT_NODE_REQUIRED", config.exitNodeRequired()).bool(true)),
                AccessSettings.callers(config));
    }

    private static UpstreamSettings upstream(ProxyConfig config, String socksHost, Port socksPort) {
        return new UpstreamSettings(
                socksHost,
                socksPort,
                new Variable("TS_PROXY_CONNECT_TIMEOUT_MS", config.connectTimeoutMs()).millis(10_000, 1),
                new Variable("TS_PROXY_FIRST_BYTE_TIMEOUT_MS", config.firstByteTimeoutMs()).millis(900_000, 1),
                new Variable("TS_PROXY_IDLE_TIMEOUT_MS", config.idleTimeoutMs()).millis(30_000, 1),
                new Variable("TS_PROXY_MAX_CONNECTIONS", config.maxConnections()).number(256, 1, 100_000),
                MAX_HEADER_BYTES,
                caBundle(new Variable("TS_PROXY_CA_BUNDLE", config.caBundle())));
    }

    private static Optional<ServerSettings> server(ProxyConfig config) {
        Variable port = new Variable("TS_PROXY_HTTP_PORT", config.httpPort());
        if (port.value().isEmpty()) {
            return Optional.empty();
        }
        if (runtimeApi(config).isPresent()) {
            throw port.invalid("must not be set in a Lambda function, which gets no connections");
        }
        if (metrics(config) == Metrics.CLOUDWATCH) {
            throw new InvalidSettingException(
                    METRICS,
                    "must not be \"cloudwatch\" beside TS_PROXY_HTTP_PORT, as it takes a call for each request; read "
                            + "/q/metrics on the management port instead, or set \"emf\"");
        }
        return Optional.of(HttpPortSettings.of(config, port));
    }

    /** What an operator should know at start, in sentences. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!unverifiedTlsTargets.isEmpty()) {
            warnings.add("TS_PROXY_TLS_INSECURE_TARGETS is set: the proxy does not verify the certificates of "
                    + join(unverifiedTlsTargets)
                    + "; a server that impersonates one of them can read and change the traffic.");
        }
        if (server.isPresent() && server.get().access().isOpen()) {
            warnings.add("Neither TS_PROXY_HTTP_TLS_CLIENT_CA nor TS_PROXY_HTTP_TOKEN_FILE is set: the HTTP port is "
                    + "unauthenticated; restrict access to trusted clients.");
        }
        if (policy.peers() == TargetPolicy.Peers.LISTED && policy.allowed().isEmpty()) {
            warnings.add(
                    "TS_PROXY_PEERS is listed and TS_PROXY_ALLOWED_TARGETS lists nothing: no target can be reached.");
        }
        List<TargetRule> patterns = policy.allowed().stream()
                .filter(rule -> rule.pattern().isWildcard())
                .toList();
        if (localApiSocket.isEmpty() && !patterns.isEmpty()) {
            warnings.add("TS_PROXY_ALLOWED_TARGETS holds " + join(patterns)
                    + ", which allows nothing while TS_PROXY_LOCALAPI_SOCKET is none: the addresses of such names can't "
                    + "be checked, so that only names listed one by one are allowed.");
        }
        return warnings;
    }

    private static String join(List<TargetRule> rules) {
        return rules.stream().map(TargetRule::toString).collect(Collectors.joining(", "));
    }

    private static Metrics metrics(ProxyConfig config) {
        Variable variable = new Variable(METRICS, config.metrics());
        return switch (variable.text("emf")) {
            case "emf" -> Metrics.EMF;
            case "cloudwatch" -> Metrics.CLOUDWATCH;
            case "none" -> Metrics.NONE;
            default ->
                throw variable.invalid(
                        "must be \"emf\", \"cloudwatch\" or \"none\", but is \"" + variable.text("") + "\"");
        };
    }

    private static Optional<Path> caBundle(Variable variable) {
        Optional<Path> file = variable.value().map(Path::of);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw variable.invalid("must be a readable file, but there is none at \"" + file.get() + "\"");
        }
        file.ifPresent(pem -> {
            try {
                TrustStore.certificates(pem);
            } catch (IllegalArgumentException e) {
                throw variable.invalid("must be a file of certificates in PEM, but " + e.getMessage());
            }
        });
        return file;
    }

    private static Optional<String> runtimeApi(ProxyConfig config) {
        return new Variable("AWS_LAMBDA_RUNTIME_API", config.lambdaRuntimeApi()).value();
    }

    private static List<TargetPolicy.Endpoint> ownEndpoints(
            String socksHost, Port socksPort, Optional<String> runtimeApi) {
        List<TargetPolicy.Endpoint> endpoints = new ArrayList<>();
        IpAddress.parse(socksHost).ifPresent(ip -> endpoints.add(new TargetPolicy.Endpoint(ip, socksPort)));
        runtimeApi.ifPresent(api -> {
            int colon = api.lastIndexOf(':');
            Optional<Port> port = Port.parse(api.substring(colon + 1));
            if (colon > 0 && port.isPresent()) {
                IpAddress.parse(api.substring(0, colon))
                        .ifPresent(ip -> endpoints.add(new TargetPolicy.Endpoint(ip, port.get())));
            }
        });
        return endpoints;
    }
}
