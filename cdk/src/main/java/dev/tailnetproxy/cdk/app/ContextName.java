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
    OAUTH_CLIENT("oauthClient", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    CLIENT_ID("clientId", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    AUDIENCE("audience", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    ADVERTISE_TAGS("advertiseTags", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    HOSTNAME("hostname", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    LOGIN_SERVER("loginServer", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    EXIT_NODE("exitNode", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    ALLOWED_TARGETS("allowedTargets", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    DENIED_TARGETS("deniedTargets", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    PEERS("peers", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    CALLERS("callers", Scenario.PROXY),
    CALLER_TARGETS("callerTargets", Scenario.PROXY),
    UNDERSCORE_HEADERS("underscoreHeaders", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    METRIC_SERVICES("metricServices", Scenario.PROXY),
    METRIC_DIMENSIONS("metricDimensions", Scenario.PROXY),
    MAX_CONNECTIONS("maxConnections", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    LOG_KEY("logKey"),
    ENVIRONMENT_KEY("environmentKey"),
    FUNCTION_ARCHIVE("functionArchive"),
    LAYER_ARCHIVE("layerArchive", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    CA_BUNDLE("caBundle", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    FUNCTION_NAME("functionName"),
    ARCHITECTURE("architecture"),
    MEMORY_SIZE("memorySize"),
    TIMEOUT_SECONDS("timeoutSeconds"),
    RESERVED_CONCURRENT_EXECUTIONS(
            "reservedConcurrentExecutions", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    WARM_ENVIRONMENTS("warmEnvironments", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    ALARMS("alarms", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    DASHBOARD("dashboard", Scenario.PROXY, Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    CREDENTIALS("credentials", Scenario.ROTATION),
    CREDENTIALS_KEY("credentialsKey", Scenario.ROTATION),
    NODE_TAGS("nodeTags", Scenario.ROTATION),
    PERIOD_DAYS("periodDays", Scenario.ROTATION),
    KEY_DAYS("keyDays", Scenario.ROTATION),
    OVERLAP_HOURS("overlapHours", Scenario.ROTATION),
    ROTATE_IMMEDIATELY("rotateImmediately", Scenario.ROTATION),
    HEADSCALE_URL("headscaleUrl", Scenario.ROTATION),
    HEADSCALE_USER("headscaleUser", Scenario.ROTATION),
    TARGET("target", Scenario.WEBHOOK),
    SOURCES("sources", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    METHODS("methods", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    PATHS("paths", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    CONTENT_TYPES("contentTypes", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    MAX_BODY_BYTES("maxBodyBytes", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    RESPONSE("response", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    VERIFY("verify", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    WEBHOOK_SECRET("webhookSecret", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    WEBHOOK_SECRET_KEY("webhookSecretKey", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    TOLERANCE_SECONDS("toleranceSeconds", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    PUBLIC_URL("publicUrl", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    HMAC_HEADER("hmacHeader", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    HMAC_PREFIX("hmacPrefix", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    HMAC_ALGORITHM("hmacAlgorithm", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    HMAC_ENCODING("hmacEncoding", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    HMAC_TIMESTAMP_HEADER("hmacTimestampHeader", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    RATE_LIMIT("rateLimit", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    BURST_LIMIT("burstLimit", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    DECISION_CACHE_SECONDS("decisionCacheSeconds", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    AUTHORIZER_ARCHIVE("authorizerArchive", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    DELIVERY("delivery", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    QUEUE_ORDER("queueOrder", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    GIVE_UP_HOURS("giveUpHours", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    DOMAIN_NAME("domainName", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    CERTIFICATE("certificate", Scenario.WEBHOOK, Scenario.WEBHOOK_DEMO),
    INSTANCE_SECRET("instanceSecret", Scenario.WEBHOOK_DEMO),
    INSTANCE_SECRET_KEY("instanceSecretKey", Scenario.WEBHOOK_DEMO);

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
