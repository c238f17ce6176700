package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.core.ProxySettings;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.upstream.TrustStore;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * @param legacyErrors whether every proxy error has the status 500
 * @param policy which targets may be reached
 * @param proxy how requests are treated
 * @param upstream how targets are connected to
 * @param metrics where the metrics of requests go
 * @param server where to listen; empty in Lambda
 */
public record Settings(
        Optional<Path> localApiSocket,
        Path stateFile,
        boolean passForwarded,
        boolean legacyErrors,
        TargetPolicy policy,
        ProxySettings proxy,
        UpstreamSettings upstream,
        Metrics metrics,
        Optional<ServerSettings> server) {

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

    /** An answer's head: the same 64 KiB that common servers take. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /**
     * Checks everything.
     *
     * @throws InvalidSetting with a sentence that names the environment variable
     */
    public static Settings of(ProxyConfig config) {
        String socksHost = config.socksHost().strip();
        if (socksHost.isEmpty()) {
            throw new InvalidSetting("TS_PROXY_SOCKS_HOST", "must be a host name or an address, but is empty");
        }
        int socksPort = number("TS_SOCKS_PORT", config.socksPort(), 1, 65535);
        return new Settings(
                config.localapiSocket().equals(NO_LOCALAPI)
                        ? Optional.empty()
                        : Optional.of(Path.of(config.localapiSocket())),
                Path.of(config.stateFile()),
                choice("TS_PROXY_FORWARDED_HEADERS", config.forwardedHeaders(), "drop", "pass"),
                choice("LEGACY_ERRORS", config.legacyErrors(), "false", "true"),
                new TargetPolicy(
                        rules("TS_PROXY_ALLOWED_TARGETS", config.allowedTargets()),
                        rules("TS_PROXY_DENIED_TARGETS", config.deniedTargets()),
                        ownEndpoints(socksHost, socksPort, config.lambdaRuntimeApi())),
                new ProxySettings(
                        millis("TS_PROXY_JOIN_WAIT_MS", config.joinWaitMs(), 0),
                        millis("TS_PROXY_SETTLE_MS", config.settleMs(), 0),
                        new ProxySettings.ExitNode(
                                config.exitNode()
                                        .filter(node -> !node.isBlank())
                                        .isPresent(),
                                choice("TS_EXIT_NODE_REQUIRED", config.exitNodeRequired(), "false", "true")),
                        rules("TS_PROXY_TLS_INSECURE_TARGETS", config.tlsInsecureTargets())),
                new UpstreamSettings(
                        socksHost,
                        socksPort,
                        millis("TS_PROXY_CONNECT_TIMEOUT_MS", config.connectTimeoutMs(), 1),
                        millis("TS_PROXY_FIRST_BYTE_TIMEOUT_MS", config.firstByteTimeoutMs(), 1),
                        millis("TS_PROXY_IDLE_TIMEOUT_MS", config.idleTimeoutMs(), 1),
                        number("TS_PROXY_MAX_CONNECTIONS", config.maxConnections(), 1, 100_000),
                        MAX_HEADER_BYTES,
                        caBundle(config.caBundle())),
                metrics(config.metrics()),
                server(config));
    }

    private static Optional<ServerSettings> server(ProxyConfig config) {
        if (config.httpPort().isEmpty()) {
            return Optional.empty();
        }
        if (config.lambdaRuntimeApi().isPresent()) {
            throw new InvalidSetting(
                    "TS_PROXY_HTTP_PORT", "must not be set in a Lambda function, which gets no connections");
        }
        if (metrics(config.metrics()) == Metrics.CLOUDWATCH) {
            throw new InvalidSetting(
                    "TS_PROXY_METRICS",
                    "must not be \"cloudwatch\" beside TS_PROXY_HTTP_PORT, as it takes a call for each request; read "
                            + "/q/metrics on the management port instead, or set \"emf\"");
        }
        int port = number("TS_PROXY_HTTP_PORT", config.httpPort().get(), 1, 65535);
        int managementPort = number("TS_PROXY_MANAGEMENT_PORT", config.managementPort(), 1, 65535);
        if (port == managementPort) {
            throw new InvalidSetting("TS_PROXY_MANAGEMENT_PORT", "must not be the port of TS_PROXY_HTTP_PORT");
        }
        String host = config.httpHost().strip();
        if (host.isEmpty()) {
            throw new InvalidSetting("TS_PROXY_HTTP_HOST", "must be an address of this machine, but is empty");
        }
        return Optional.of(new ServerSettings(
                host,
                port,
                managementPort,
                millis("TS_PROXY_HTTP_IDLE_TIMEOUT_MS", config.httpIdleTimeoutMs(), 1),
                millis("TS_PROXY_REQUEST_TIMEOUT_MS", config.requestTimeoutMs(), 1),
                millis("TS_PROXY_DRAIN_TIMEOUT_MS", config.drainTimeoutMs(), 0)));
    }

    /** What an operator should know at start, in sentences. */
    public List<String> warnings() {
        if (proxy.unverifiedTlsTargets().isEmpty()) {
            return List.of();
        }
        String targets =
                proxy.unverifiedTlsTargets().stream().map(TargetRule::toString).collect(Collectors.joining(", "));
        return List.of("TS_PROXY_TLS_INSECURE_TARGETS is set: the proxy does not check the certificates of " + targets
                + ", and whoever answers in their place reads and changes what is sent.");
    }

    private static Metrics metrics(String text) {
        return switch (text) {
            case "emf" -> Metrics.EMF;
            case "cloudwatch" -> Metrics.CLOUDWATCH;
            case "none" -> Metrics.NONE;
            default ->
                throw new InvalidSetting(
                        "TS_PROXY_METRICS", "must be \"emf\", \"cloudwatch\" or \"none\", but is \"" + text + "\"");
        };
    }

    private static Optional<Path> caBundle(Optional<String> text) {
        Optional<Path> file = text.map(Path::of);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new InvalidSetting(
                    "TS_PROXY_CA_BUNDLE", "must be a readable file, but there is none at \"" + file.get() + "\"");
        }
        file.ifPresent(pem -> {
            try {
                TrustStore.certificates(pem);
            } catch (IllegalArgumentException e) {
                throw new InvalidSetting(
                        "TS_PROXY_CA_BUNDLE", "must be a file of certificates in PEM, but " + e.getMessage());
            }
        });
        return file;
    }

    private static int number(String name, String text, int least, int most) {
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new InvalidSetting(
                name, "must be a whole number from " + least + " to " + most + ", but is \"" + text + "\"");
    }

    private static Duration millis(String name, String text, int least) {
        return Duration.ofMillis(number(name, text, least, 900_000));
    }

    private static boolean choice(String name, String text, String no, String yes) {
        if (text.equals(yes)) {
            return true;
        }
        if (text.equals(no)) {
            return false;
        }
        throw new InvalidSetting(name, "must be \"" + no + "\" or \"" + yes + "\", but is \"" + text + "\"");
    }

    private static List<TargetRule> rules(String name, Optional<String> text) {
        try {
            return TargetRule.parseList(text.orElse(""));
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(name, "is not a list of targets: " + e.getMessage());
        }
    }

    private static List<TargetPolicy.Endpoint> ownEndpoints(
            String socksHost, int socksPort, Optional<String> runtimeApi) {
        List<TargetPolicy.Endpoint> endpoints = new ArrayList<>();
        IpAddress.parse(socksHost).ifPresent(ip -> endpoints.add(new TargetPolicy.Endpoint(ip, socksPort)));
        runtimeApi.ifPresent(api -> {
            int colon = api.lastIndexOf(':');
            String port = api.substring(colon + 1);
            if (colon > 0 && port.matches("[0-9]{1,5}")) {
                IpAddress.parse(api.substring(0, colon))
                        .ifPresent(ip -> endpoints.add(new TargetPolicy.Endpoint(ip, Integer.parseInt(port))));
            }
        });
        return endpoints;
    }
}
