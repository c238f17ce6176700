package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.ExitNodeOptions;
import dev.tailnetproxy.cdk.MonitoringOptions;
import dev.tailnetproxy.cdk.NodeOptions;
import dev.tailnetproxy.cdk.PeerAccess;
import dev.tailnetproxy.cdk.ProxyOptions;
import dev.tailnetproxy.cdk.TailnetCredentials;
import dev.tailnetproxy.cdk.TailscaleProxyProps;
import dev.tailnetproxy.cdk.UnderscoreHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** What {@code -c name=value} and {@code cdk.json} say, typed. docs/deploying.md has the table. */
final class Context {

    private static final String DEFAULT_SECRET = "tailscale/auth-key";
    private static final String ARN = "arn:";
    private static final Pattern WHOLE_SECRET_ARN =
            Pattern.compile("arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}");

    private static final Pattern KEY_ARN = Pattern.compile("arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[A-Za-z0-9-]+");

    private static final Pattern ROLE_OR_USER_ARN = Pattern.compile("arn:[^:]+:iam::[0-9]{12}:(role|user)/[!-~]+");

    private final Map<ContextName, String> values;

    private Context(Map<ContextName, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException with a sentence for an unknown name */
    static Context of(App app) {
        return new Context(ContextName.valuesOf(app.getNode().getAllContext()));
    }

    Scenario scenario() {
        return choice(ContextName.SCENARIO, Scenario.class).orElse(Scenario.PROXY);
    }

    String stackName() {
        return text(ContextName.STACK_NAME).orElse("TailnetProxy");
    }

    /** ARNs of the roles and users that may send requests to all targets of the proxy. */
    List<String> callers() {
        String wanted = "ARNs of roles or users, arn:aws:iam::…:role/…, with commas between them";
        return list(ContextName.CALLERS).stream()
                .map(arn -> requireMatch(ROLE_OR_USER_ARN, ContextName.CALLERS, arn, wanted))
                .toList();
    }

    /** The principals that may send requests to some targets only. */
    List<CallerEntry> callerTargets() {
        Optional<String> entries = text(ContextName.CALLER_TARGETS);
        if (entries.isPresent() && text(ContextName.CALLERS).isPresent()) {
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
                        .alarms(flag(ContextName.ALARMS))
                        .dashboard(flag(ContextName.DASHBOARD))
                        .build());
        key(scope, "SecretKey", ContextName.SECRET_KEY).ifPresent(props::secretEncryptionKey);
        key(scope, "LogKey", ContextName.LOG_KEY).ifPresent(props::logEncryption);
        key(scope, "EnvironmentKey", ContextName.ENVIRONMENT_KEY).ifPresent(props::environmentEncryption);
        architecture().ifPresent(props::architecture);
        text(ContextName.FUNCTION_ARCHIVE).ifPresent(props::functionArchive);
        text(ContextName.LAYER_ARCHIVE).ifPresent(props::layerArchive);
        text(ContextName.CA_BUNDLE).ifPresent(props::caBundle);
        text(ContextName.FUNCTION_NAME).ifPresent(props::functionName);
        number(ContextName.MEMORY_SIZE).ifPresent(props::memorySize);
        number(ContextName.TIMEOUT_SECONDS).map(Duration::seconds).ifPresent(props::timeout);
        number(ContextName.RESERVED_CONCURRENT_EXECUTIONS).ifPresent(props::reservedConcurrentExecutions);
        number(ContextName.WARM_ENVIRONMENTS).filter(warm -> warm != 0).ifPresent(props::warmEnvironments);
        return props.build();
    }

    private TailnetCredentials credentials(Construct scope) {
        Optional<String> clientId = text(ContextName.CLIENT_ID);
        Optional<String> audience = text(ContextName.AUDIENCE);
        if (clientId.isPresent() != audience.isPresent()) {
            throw new IllegalArgumentException(
                    "clientId and audience belong together: give both, or neither to join with a secret");
        }
        if (clientId.isPresent()) {
            for (ContextName name : List.of(
                    ContextName.SECRET, ContextName.SECRET_FIELD, ContextName.SECRET_KEY, ContextName.OAUTH_CLIENT)) {
                if (values.containsKey(name)) {
                    throw new IllegalArgumentException(name.key() + " is given beside clientId, which joins without a "
                            + "secret: leave one of them out");
                }
            }
            return TailnetCredentials.federatedIdentity(clientId.get(), audience.orElseThrow());
        }
        ISecret secret = secret(scope, text(ContextName.SECRET).orElse(DEFAULT_SECRET));
        Optional<String> field = text(ContextName.SECRET_FIELD);
        return flag(ContextName.OAUTH_CLIENT)
                ? new TailnetCredentials.OAuthClient(secret, field)
                : new TailnetCredentials.AuthKey(secret, field);
    }

    private static ISecret secret(Construct scope, String id) {
        if (!id.startsWith(ARN)) {
            return Secret.fromSecretNameV2(scope, "Secret", id);
        }
        String wanted = "the whole ARN with the six characters at its end, or the secret's name";
        return Secret.fromSecretCompleteArn(
                scope, "Secret", requireMatch(WHOLE_SECRET_ARN, ContextName.SECRET, id, wanted));
    }

    private NodeOptions node() {
        NodeOptions.Builder node = NodeOptions.builder().advertiseTags(list(ContextName.ADVERTISE_TAGS));
        text(ContextName.HOSTNAME).ifPresent(node::hostname);
        text(ContextName.LOGIN_SERVER).ifPresent(node::loginServer);
        text(ContextName.EXIT_NODE)
                .ifPresent(exitNode ->
                        node.exitNode(ExitNodeOptions.builder().node(exitNode).build()));
        return node.build();
    }

    private ProxyOptions proxyOptions() {
        return ProxyOptions.builder()
                .allowedTargets(list(ContextName.ALLOWED_TARGETS))
                .deniedTargets(list(ContextName.DENIED_TARGETS))
                .peers(choice(ContextName.PEERS, PeerAccess.class))
                .underscoreHeaders(choice(ContextName.UNDERSCORE_HEADERS, UnderscoreHeaders.class))
                .metricServices(list(ContextName.METRIC_SERVICES))
                .metricDimensions(list(ContextName.METRIC_DIMENSIONS))
                .maxConnections(number(ContextName.MAX_CONNECTIONS))
                .build();
    }

    private Optional<IKey> key(Construct scope, String id, ContextName name) {
        return text(name)
                .map(arn -> requireMatch(KEY_ARN, name, arn, "the key's ARN, arn:aws:kms:…:key/…, not an alias"))
                .map(arn -> Key.fromKeyArn(scope, id, arn));
    }

    private Optional<Architecture> architecture() {
        return text(ContextName.ARCHITECTURE).map(name -> List.of(Architecture.X86_64, Architecture.ARM_64).stream()
                .filter(architecture -> architecture.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> invalid(ContextName.ARCHITECTURE, name, "x86_64 or arm64")));
    }

    private Optional<String> text(ContextName name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    private List<String> list(ContextName name) {
        return text(name)
                .map(value -> Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    private boolean flag(ContextName name) {
        return text(name)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw invalid(name, value, "true or false");
                })
                .orElse(false);
    }

    private Optional<Integer> number(ContextName name) {
        return text(name).map(value -> {
            if (!value.matches("[0-9]{1,9}")) {
                throw invalid(name, value, "a whole number");
            }
            return Integer.valueOf(value);
        });
    }

    private <E extends Enum<E>> Optional<E> choice(ContextName name, Class<E> type) {
        List<E> choices = List.of(type.getEnumConstants());
        return text(name).map(value -> choices.stream()
                .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid(
                        name,
                        value,
                        String.join(
                                " or ",
                                choices.stream()
                                        .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                                        .toList()))));
    }

    private static String requireMatch(Pattern form, ContextName name, String value, String wanted) {
        if (!form.matcher(value).matches()) {
            throw invalid(name, value, wanted);
        }
        return value;
    }

    private static IllegalArgumentException invalid(ContextName name, String value, String wanted) {
        return new IllegalArgumentException(name.key() + " is \"" + value + "\": give " + wanted);
    }
}
