package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.SizeLimits;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.environment.Environment;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.function.forward.HttpService;
import dev.tailnetproxy.proxy.delivery.QueueSettings;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.metrics.MetricLabelFilter;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.upstream.DialLimit;
import dev.tailnetproxy.proxy.upstream.TrustStore;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import dev.tailnetproxy.proxy.webhook.VerificationSettings;
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
 * @param forwarder how forwarder mode works; empty in the mode for clients with {@code ts-*} fields
 * @param verification how senders are verified; empty when they are not
 * @param queue where the forwarder keeps requests; empty when it delivers them at once
 * @param server where to listen; empty in Lambda
 * @param services ports beside that of {@code server}, for requests to one target each
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
        Optional<ForwarderSettings> forwarder,
        Optional<VerificationSettings> verification,
        Optional<QueueSettings> queue,
        Optional<ServerSettings> server,
        List<HttpService> services,
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

    /**
     * Checks everything.
     *
     * @throws InvalidSettingsException with a sentence for each mistake
     */
    public static Settings of(Environment environment) {
        EnvironmentReader reader = new EnvironmentReader(environment);
        Settings settings = read(reader);
        reader.throwIfInvalid();
        return settings;
    }

    private static Settings read(EnvironmentReader environment) {
        String socksHost = environment.text(ProxyVariables.SOCKS_HOST);
        Port socksPort = new Port(environment.number(ProxyVariables.SOCKS_PORT));
        String localApi = environment.text(ProxyVariables.LOCALAPI_SOCKET);
        Optional<String> runtimeApi = environment.value(ProxyVariables.LAMBDA_RUNTIME_API);
        Metrics metrics = metrics(environment);
        Optional<VerificationSettings> verification = VerificationReader.read(environment);
        return new Settings(
                localApi.equals(NO_LOCALAPI) ? Optional.empty() : Optional.of(Path.of(localApi)),
                Path.of(environment.text(ProxyVariables.STATE_FILE)),
                environment.choice(ProxyVariables.FORWARDED_HEADERS).equals("pass"),
                AccessSettings.underscoreHeaders(environment),
                AccessSettings.metricLabelFilter(environment),
                environment.flag(ProxyVariables.LEGACY_ERRORS),
                AccessSettings.policy(environment, ownEndpoints(socksHost, socksPort, runtimeApi)),
                resolution(environment),
                TargetLists.read(environment, ProxyVariables.TLS_INSECURE_TARGETS),
                upstream(environment, socksHost, socksPort),
                LimitVariables.of(environment, Runtime.getRuntime().maxMemory()),
                metrics,
                ForwarderReader.read(environment, verification.isPresent()),
                verification,
                QueueReader.read(environment),
                server(environment, metrics, runtimeApi.isPresent()),
                HttpPortSettings.services(environment),
                runtimeApi.isPresent());
    }

    private static ResolutionSettings resolution(EnvironmentReader environment) {
        return new ResolutionSettings(
                environment.millis(ProxyVariables.JOIN_WAIT_MS),
                environment.millis(ProxyVariables.SETTLE_MS),
                new ResolutionSettings.ExitNode(
                        environment.isSet(ProxyVariables.EXIT_NODE),
                        environment.flag(ProxyVariables.EXIT_NODE_REQUIRED)),
                AccessSettings.callers(environment));
    }

    private static UpstreamSettings upstream(EnvironmentReader environment, String socksHost, Port socksPort) {
        return new UpstreamSettings(
                socksHost,
                socksPort,
                environment.millis(ProxyVariables.CONNECT_TIMEOUT_MS),
                environment.millis(ProxyVariables.FIRST_BYTE_TIMEOUT_MS),
                environment.millis(ProxyVariables.IDLE_TIMEOUT_MS),
                environment.number(ProxyVariables.MAX_CONNECTIONS),
                DialLimit.of(environment.number(ProxyVariables.MAX_DIALS)),
                UpstreamSettings.CONNECTION_ATTEMPT_DELAY,
                SizeLimits.MAX_HEADER_SECTION_BYTES,
                caBundle(environment));
    }

    private static Optional<ServerSettings> server(EnvironmentReader environment, Metrics metrics, boolean inLambda) {
        if (!environment.isSet(ProxyVariables.HTTP_PORT)) {
            return Optional.empty();
        }
        if (inLambda) {
            environment.reject(
                    ProxyVariables.HTTP_PORT, "must not be set in a Lambda function, which gets no connections");
            return Optional.empty();
        }
        if (metrics == Metrics.CLOUDWATCH) {
            environment.reject(
                    ProxyVariables.METRICS,
                    "must not be \"cloudwatch\" beside TS_PROXY_HTTP_PORT, as it takes a call for each request; read "
                            + "/q/metrics on the management port instead, or set \"emf\"");
        }
        return HttpPortSettings.of(environment);
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
        if (!services.isEmpty()) {
            warnings.add("TS_PROXY_SERVICES is set: its ports are unauthenticated, whatever the HTTP port asks for; "
                    + "restrict access to trusted clients.");
        }
        if (policy.peers() == TargetPolicy.Peers.LISTED && policy.allowed().isEmpty()) {
            warnings.add(
                    "TS_PROXY_PEERS is listed and TS_PROXY_ALLOWED_TARGETS lists nothing: no target can be reached.");
        }
        forwarder.flatMap(ForwarderSettings::warning).ifPresent(warnings::add);
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

    private static Metrics metrics(EnvironmentReader environment) {
        return switch (environment.choice(ProxyVariables.METRICS)) {
            case "cloudwatch" -> Metrics.CLOUDWATCH;
            case "none" -> Metrics.NONE;
            default -> Metrics.EMF;
        };
    }

    private static Optional<Path> caBundle(EnvironmentReader environment) {
        Variable.Text variable = ProxyVariables.CA_BUNDLE;
        Optional<Path> file = environment.path(variable);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            environment.reject(variable, "must be a readable file, but there is none at \"" + file.get() + "\"");
            return Optional.empty();
        }
        file.ifPresent(pem -> {
            try {
                TrustStore.certificates(pem);
            } catch (IllegalArgumentException e) {
                environment.reject(variable, "must be a file of certificates in PEM, but " + e.getMessage());
            }
        });
        return file;
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
