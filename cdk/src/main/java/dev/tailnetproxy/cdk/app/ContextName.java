package dev.tailnetproxy.cdk.app;

import java.util.Arrays;
import java.util.EnumMap;
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
    OAUTH_CLIENT("oauthClient"),
    CLIENT_ID("clientId"),
    AUDIENCE("audience"),
    ADVERTISE_TAGS("advertiseTags"),
    HOSTNAME("hostname"),
    LOGIN_SERVER("loginServer"),
    EXIT_NODE("exitNode"),
    ALLOWED_TARGETS("allowedTargets"),
    DENIED_TARGETS("deniedTargets"),
    PEERS("peers"),
    CALLERS("callers"),
    CALLER_TARGETS("callerTargets"),
    UNDERSCORE_HEADERS("underscoreHeaders"),
    METRIC_SERVICES("metricServices"),
    METRIC_DIMENSIONS("metricDimensions"),
    MAX_CONNECTIONS("maxConnections"),
    LOG_KEY("logKey"),
    ENVIRONMENT_KEY("environmentKey"),
    FUNCTION_ARCHIVE("functionArchive"),
    LAYER_ARCHIVE("layerArchive"),
    CA_BUNDLE("caBundle"),
    FUNCTION_NAME("functionName"),
    ARCHITECTURE("architecture"),
    MEMORY_SIZE("memorySize"),
    TIMEOUT_SECONDS("timeoutSeconds"),
    RESERVED_CONCURRENT_EXECUTIONS("reservedConcurrentExecutions"),
    WARM_ENVIRONMENTS("warmEnvironments"),
    ALARMS("alarms"),
    DASHBOARD("dashboard");

    /** The CDK's own names have other characters in them. */
    private static final Pattern CONTEXT_KEY = Pattern.compile("[A-Za-z][A-Za-z0-9]*");

    private final String key;

    ContextName(String key) {
        this.key = key;
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
