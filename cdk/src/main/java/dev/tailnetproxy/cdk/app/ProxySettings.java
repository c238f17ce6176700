package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.ExitNodeOptions;
import dev.tailnetproxy.cdk.MonitoringOptions;
import dev.tailnetproxy.cdk.NodeOptions;
import dev.tailnetproxy.cdk.PeerAccess;
import dev.tailnetproxy.cdk.ProxyOptions;
import dev.tailnetproxy.cdk.TailnetCredentials;
import dev.tailnetproxy.cdk.TailscaleProxyProps;
import dev.tailnetproxy.cdk.UnderscoreHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/** The settings of the scenario {@code proxy}. */
record ProxySettings(Context context) {

    /** The secret with the auth key, in every scenario that has one. */
    static final String DEFAULT_SECRET = "tailscale/auth-key";

    private static final Pattern ROLE_OR_USER_ARN = Pattern.compile("arn:[^:]+:iam::[0-9]{12}:(role|user)/[!-~]+");

    /** ARNs of the roles and users that may send requests to all targets of the proxy. */
    List<String> callers() {
        String wanted = "ARNs of roles or users, arn:aws:iam::…:role/…, with commas between them";
        return context.list(ContextName.CALLERS).stream()
                .map(arn -> Context.requireMatch(ROLE_OR_USER_ARN, ContextName.CALLERS, arn, wanted))
                .toList();
    }

    /** The principals that may send requests to some targets only. */
    List<CallerEntry> callerTargets() {
        Optional<String> entries = context.text(ContextName.CALLER_TARGETS);
        if (entries.isPresent() && context.text(ContextName.CALLERS).isPresent()) {
            throw new IllegalArgumentException(
                    "callers is given beside callerTargets, and a principal without an entry "
                            + "in callerTargets reaches nothing: add entries to callerTargets, and omit callers");
        }
        return entries.map(CallerEntry::parseAll).orElse(List.of());
    }

    TailscaleProxyProps proxyProps(Construct scope) {
        TailscaleProxyProps.Builder props = TailscaleProxyProps.builder()
                .credentials(credentials(scope))
                .node(node())
                .proxyOptions(proxyOptions())
                .monitoring(MonitoringOptions.builder()
                        .alarms(context.flag(ContextName.ALARMS))
                        .dashboard(context.flag(ContextName.DASHBOARD))
                        .build());
        context.key(scope, "SecretKey", ContextName.SECRET_KEY).ifPresent(props::secretEncryptionKey);
        context.key(scope, "LogKey", ContextName.LOG_KEY).ifPresent(props::logEncryption);
        context.key(scope, "EnvironmentKey", ContextName.ENVIRONMENT_KEY).ifPresent(props::environmentEncryption);
        context.architecture().ifPresent(props::architecture);
        context.text(ContextName.FUNCTION_ARCHIVE).ifPresent(props::functionArchive);
        context.text(ContextName.LAYER_ARCHIVE).ifPresent(props::layerArchive);
        context.text(ContextName.CA_BUNDLE).ifPresent(props::caBundle);
        context.text(ContextName.FUNCTION_NAME).ifPresent(props::functionName);
        context.number(ContextName.MEMORY_SIZE).ifPresent(props::memorySize);
        context.number(ContextName.TIMEOUT_SECONDS).map(Duration::seconds).ifPresent(props::timeout);
        context.number(ContextName.RESERVED_CONCURRENT_EXECUTIONS).ifPresent(props::reservedConcurrentExecutions);
        context.number(ContextName.WARM_ENVIRONMENTS).filter(warm -> warm != 0).ifPresent(props::warmEnvironments);
        return props.build();
    }

    private TailnetCredentials credentials(Construct scope) {
        Optional<String> clientId = context.text(ContextName.CLIENT_ID);
        Optional<String> audience = context.text(ContextName.AUDIENCE);
        if (clientId.isPresent() != audience.isPresent()) {
            throw new IllegalArgumentException(
                    "clientId and audience belong together: give both, or neither to join with a secret");
        }
        if (clientId.isPresent()) {
            for (ContextName name : List.of(
                    ContextName.SECRET, ContextName.SECRET_FIELD, ContextName.SECRET_KEY, ContextName.OAUTH_CLIENT)) {
                if (context.has(name)) {
                    throw new IllegalArgumentException(name.key() + " is given beside clientId, which joins without a "
                            + "secret: leave one of them out");
                }
            }
            return TailnetCredentials.federatedIdentity(clientId.get(), audience.orElseThrow());
        }
        ISecret secret = context.secret(scope, "Secret", ContextName.SECRET, DEFAULT_SECRET);
        Optional<String> field = context.text(ContextName.SECRET_FIELD);
        return context.flag(ContextName.OAUTH_CLIENT)
                ? new TailnetCredentials.OAuthClient(secret, field)
                : new TailnetCredentials.AuthKey(secret, field);
    }

    private NodeOptions node() {
        NodeOptions.Builder node = NodeOptions.builder().advertiseTags(context.list(ContextName.ADVERTISE_TAGS));
        context.text(ContextName.HOSTNAME).ifPresent(node::hostname);
        context.text(ContextName.LOGIN_SERVER).ifPresent(node::loginServer);
        context.text(ContextName.EXIT_NODE)
                .ifPresent(exitNode ->
                        node.exitNode(ExitNodeOptions.builder().node(exitNode).build()));
        return node.build();
    }

    private ProxyOptions proxyOptions() {
        return ProxyOptions.builder()
                .allowedTargets(context.list(ContextName.ALLOWED_TARGETS))
                .deniedTargets(context.list(ContextName.DENIED_TARGETS))
                .peers(context.choice(ContextName.PEERS, PeerAccess.class))
                .underscoreHeaders(context.choice(ContextName.UNDERSCORE_HEADERS, UnderscoreHeaders.class))
                .metricServices(context.list(ContextName.METRIC_SERVICES))
                .metricDimensions(context.list(ContextName.METRIC_DIMENSIONS))
                .maxConnections(context.number(ContextName.MAX_CONNECTIONS))
                .build();
    }
}
