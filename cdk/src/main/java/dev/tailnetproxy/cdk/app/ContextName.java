package dev.tailnetproxy.cdk.app;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names that the app reads from the context. */
enum ContextName {
    SCENARIO("scenario"),
    STACK_NAME("stackName"),
    SECRET("secret"),
    SECRET_FIELD("secretField"),
    SECRET_KEY("secretKey"),
    OAUTH_CLIENT("oauthClient", Scenario.PROXY),
    CLIENT_ID("clientId", Scenario.PROXY),
    AUDIENCE("audience", Scenario.PROXY),
    ADVERTISE_TAGS("advertiseTags", Scenario.PROXY),
    HOSTNAME("hostname", Scenario.PROXY),
    LOGIN_SERVER("loginServer", Scenario.PROXY),
    EXIT_NODE("exitNode", Scenario.PROXY),
    ALLOWED_TARGETS("allowedTargets", Scenario.PROXY),
    DENIED_TARGETS("deniedTargets", Scenario.PROXY),
    PEERS("peers", Scenario.PROXY),
    CALLERS("callers", Scenario.PROXY),
    CALLER_TARGETS("callerTargets", Scenario.PROXY),
    UNDERSCORE_HEADERS("underscoreHeaders", Scenario.PROXY),
    METRIC_SERVICES("metricServices", Scenario.PROXY),
    METRIC_DIMENSIONS("metricDimensions", Scenario.PROXY),
    MAX_CONNECTIONS("maxConnections", Scenario.PROXY),
    LOG_KEY("logKey"),
    ENVIRONMENT_KEY("environmentKey"),
    FUNCTION_ARCHIVE("functionArchive"),
    LAYER_ARCHIVE("layerArchive", Scenario.PROXY),
    CA_BUNDLE("caBundle", Scenario.PROXY),
    FUNCTION_NAME("functionName"),
    ARCHITECTURE("architecture"),
    MEMORY_SIZE("memorySize"),
    TIMEOUT_SECONDS("timeoutSeconds"),
    RESERVED_CONCURRENT_EXECUTIONS("reservedConcurrentExecutions", Scenario.PROXY),
    WARM_ENVIRONMENTS("warmEnvironments", Scenario.PROXY),
    ALARMS("alarms", Scenario.PROXY),
    DASHBOARD("dashboard", Scenario.PROXY),
    CREDENTIALS("credentials", Scenario.ROTATION),
    CREDENTIALS_KEY("credentialsKey", Scenario.ROTATION),
    NODE_TAGS("nodeTags", Scenario.ROTATION),
    PERIOD_DAYS("periodDays", Scenario.ROTATION),
    KEY_DAYS("keyDays", Scenario.ROTATION),
    OVERLAP_HOURS("overlapHours", Scenario.ROTATION),
    ROTATE_IMMEDIATELY("rotateImmediately", Scenario.ROTATION),
    HEADSCALE_URL("headscaleUrl", Scenario.ROTATION),
    HEADSCALE_USER("headscaleUser", Scenario.ROTATION);

    /** The CDK's own names have other characters in them. */
    private static final Pattern CONTEXT_KEY = Pattern.compile("[A-Za-z][A-Za-z0-9]*");

    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // List.of can't be changed; its type does not say so.
    private final List<Scenario> scenarios;

    /** @param scenarios those that read it; none for a name of every scenario */
    ContextName(String key, Scenario... scenarios) {
        this.key = key;
        this.scenarios = List.of(scenarios);
    }

    boolean belongsTo(Scenario scenario) {
        return scenarios.isEmpty() || scenarios.contains(scenario);
    }

    String key() {
        return key;
    }

    /**
     * Those of a context, as text.
     *
     * @throws IllegalArgumentException with a sentence for a name that is neither one of these nor the CDK's
     */
    static Map<ContextName, String> valuesOf(Object context) {
        Map<ContextName, String> values = new EnumMap<>(ContextName.class);
        ((Map<?, ?>) context).forEach((key, value) -> {
            String name = key.toString();
            if (CONTEXT_KEY.matcher(name).matches()) {
                values.put(fromKey(name), value.toString());
            }
        });
        return values;
    }

    private static ContextName fromKey(String key) {
        return Arrays.stream(values())
                .filter(name -> name.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("-c " + key + "=… is not known: the names are "
                        + Arrays.stream(values()).map(ContextName::key).collect(Collectors.joining(", "))));
    }
}
