package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ForwarderVariables;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.contract.WebhookVariables;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;

/** The variables that the deployed code reads. A property that is left out is not set, so that the code's default holds. */
final class EnvironmentVariables {

    /** Lambda's limit for all names and values together. */
    private static final int MAX_BYTES = 4096;

    private static final Pattern TOKEN = Pattern.compile("\\$\\{Token\\[([^\\]]*)]}");

    /** {@code arn:aws-us-gov:iam::123456789012:role/} with the 64 characters of the longest name. */
    static final int MAX_ROLE_ARN_LENGTH = 102;

    /** A region's name. */
    static final int MAX_PSEUDO_PARAMETER_LENGTH = 16;

    private final Map<String, String> values = new TreeMap<>();

    /** The proxy's and the extension's variables, without those of the runtime. */
    static Map<String, String> of(ProxyFunctionProps props) {
        return proxy(props).values;
    }

    /** Those, and the variables of forwarder mode. */
    static Map<String, String> of(TailnetForwarderProps props) {
        EnvironmentVariables variables = proxy(props);
        ForwarderOptions options = props.getForwarder();
        variables.forwarder(options);
        options.getVerification().ifPresent(variables::verification);
        return variables.values;
    }

    /** The variables of the extension, for a function that uses the layer alone. */
    static Map<String, String> of(NodeOptions node, TailnetCredentials credentials) {
        return extension(node, credentials).values;
    }

    private static EnvironmentVariables extension(NodeOptions node, TailnetCredentials credentials) {
        EnvironmentVariables variables = new EnvironmentVariables();
        variables.values.putAll(credentials.environment());
        variables.node(node);
        node.getExitNode().ifPresent(variables::exitNode);
        return variables;
    }

    private static EnvironmentVariables proxy(ProxyFunctionProps props) {
        NodeOptions node = props.getNode();
        EnvironmentVariables variables = extension(node, props.getCredentials());
        // The proxy's policy lets nothing else through; this holds even where the policy is wrong or late.
        variables.flag(LayerVariables.TAILNET_ONLY, Optional.of(true));
        variables.proxyOptions(props.getProxyOptions(), node.getRunDir());
        props.getCaBundle().ifPresent(file -> variables.caBundle(node));
        return variables;
    }

    private void node(NodeOptions node) {
        text(LayerVariables.HOSTNAME, node.getHostname());
        list(LayerVariables.ADVERTISE_TAGS, node.getAdvertiseTags());
        text(LayerVariables.LOGIN_SERVER, node.getLoginServer());
        text(LayerVariables.EXTRA_CA, node.getExtraCa());
        flag(LayerVariables.ACCEPT_ROUTES, node.getAcceptRoutes());
        flag(LayerVariables.ACCEPT_DNS, node.getAcceptDns());
        flag(LayerVariables.SHIELDS_UP, node.getShieldsUp());
        number(LayerVariables.SOCKS_PORT, node.getSocksPort());
        millis(LayerVariables.JOIN_TIMEOUT_MS, node.getJoinTimeout(), "");
        text(LayerVariables.EXTRA_ARGS, node.getExtraArgs());
        enumName(LayerVariables.LOG_LEVEL, node.getLogLevel());
        text(LayerVariables.RUN_DIR, node.getRunDir());
        list(LayerVariables.FORWARDS, node.getForwards());
        number(LayerVariables.FORWARD_MAX_CONNECTIONS, node.getForwardMaxConnections());
    }

    private void exitNode(ExitNodeOptions exitNode) {
        text(LayerVariables.EXIT_NODE, Optional.of(exitNode.getNode()));
        flag(LayerVariables.EXIT_NODE_REQUIRED, exitNode.getRequired());
        millis(LayerVariables.EXIT_NODE_PING_TIMEOUT, exitNode.getPingTimeout(), "ms");
        number(LayerVariables.EXIT_NODE_PING_RETRIES, exitNode.getPingRetries());
    }

    private void proxyOptions(ProxyOptions proxyOptions, Optional<String> runDir) {
        list(ProxyVariables.ALLOWED_TARGETS, proxyOptions.getAllowedTargets());
        enumName(ProxyVariables.PEERS, proxyOptions.getPeers());
        list(ProxyVariables.DENIED_TARGETS, proxyOptions.getDeniedTargets());
        list(ProxyVariables.TLS_INSECURE_TARGETS, proxyOptions.getTlsInsecureTargets());
        text(ProxyVariables.CA_BUNDLE, proxyOptions.getCaBundle());
        enumName(ProxyVariables.FORWARDED_HEADERS, proxyOptions.getForwardedHeaders());
        enumName(ProxyVariables.UNDERSCORE_HEADERS, proxyOptions.getUnderscoreHeaders());
        list(ProxyVariables.METRIC_SERVICES, proxyOptions.getMetricServices());
        list(ProxyVariables.METRIC_DIMENSIONS, proxyOptions.getMetricDimensions());
        millis(ProxyVariables.JOIN_WAIT_MS, proxyOptions.getJoinWait(), "");
        millis(ProxyVariables.SETTLE_MS, proxyOptions.getSettleTime(), "");
        millis(ProxyVariables.CONNECT_TIMEOUT_MS, proxyOptions.getConnectTimeout(), "");
        millis(ProxyVariables.FIRST_BYTE_TIMEOUT_MS, proxyOptions.getFirstByteTimeout(), "");
        millis(ProxyVariables.IDLE_TIMEOUT_MS, proxyOptions.getIdleTimeout(), "");
        number(ProxyVariables.MAX_CONNECTIONS, proxyOptions.getMaxConnections());
        enumName(ProxyVariables.METRICS, Optional.of(proxyOptions.getMetrics()));
        flag(ProxyVariables.LEGACY_ERRORS, proxyOptions.getLegacyErrors());
        text(ProxyVariables.SOCKS_HOST, proxyOptions.getSocksHost());
        text(
                ProxyVariables.LOCALAPI_SOCKET,
                proxyOptions.getLocalApiSocket().or(() -> runDir.map(folder -> folder + "/tailscaled.sock")));
        text(
                ProxyVariables.STATE_FILE,
                proxyOptions.getStateFile().or(() -> runDir.map(folder -> folder + "/state.json")));
    }

    /** A control server of one's own is likely to have its certificate of the same authority. */
    private void caBundle(NodeOptions node) {
        text(ProxyVariables.CA_BUNDLE, Optional.of(CaBundle.PATH));
        if (node.getLoginServer().isPresent() && node.getExtraCa().isEmpty()) {
            text(LayerVariables.EXTRA_CA, Optional.of(CaBundle.PATH));
        }
    }

    private void forwarder(ForwarderOptions options) {
        text(ForwarderVariables.TARGET, Optional.of(options.getTarget()));
        enumName(ForwarderVariables.GATEWAY, Optional.of(options.getGateway()));
        list(ForwarderVariables.ALLOWED_SOURCES, options.getAllowedSources());
        list(ForwarderVariables.ALLOWED_METHODS, options.getAllowedMethods());
        list(ForwarderVariables.ALLOWED_PATHS, options.getAllowedPaths());
        list(ForwarderVariables.ALLOWED_CONTENT_TYPES, options.getAllowedContentTypes());
        number(ForwarderVariables.MAX_BODY_BYTES, options.getMaxBodyBytes());
        millis(ForwarderVariables.TIMEOUT_MS, options.getTimeout(), "");
        enumName(ForwarderVariables.RESPONSE, options.getResponse());
    }

    private void verification(SenderVerification verification) {
        StoredSecret secret = new StoredSecret(verification.getSecret(), verification.getSecretEncryptionKey());
        enumName(WebhookVariables.VERIFY, Optional.of(verification.getScheme()));
        text(WebhookVariables.SECRET_ID, Optional.of(secret.id()));
        number(WebhookVariables.TOLERANCE_SECONDS, verification.getTolerance().map(tolerance -> tolerance
                .toSeconds()
                .intValue()));
        text(WebhookVariables.PUBLIC_URL, verification.getPublicUrl());
        verification.getHmac().ifPresent(this::hmac);
    }

    private void hmac(HmacOptions hmac) {
        text(WebhookVariables.HMAC_HEADER, Optional.of(hmac.getHeader()));
        text(WebhookVariables.HMAC_PREFIX, hmac.getPrefix());
        enumName(WebhookVariables.HMAC_ALGORITHM, hmac.getAlgorithm());
        enumName(WebhookVariables.HMAC_ENCODING, hmac.getEncoding());
        text(WebhookVariables.HMAC_TIMESTAMP_HEADER, hmac.getTimestampHeader());
    }

    private void text(Variable variable, Optional<String> value) {
        value.ifPresent(text -> values.put(variable.name(), text));
    }

    private void flag(Variable variable, Optional<Boolean> value) {
        text(variable, value.map(Object::toString));
    }

    private void number(Variable variable, Optional<Integer> value) {
        text(variable, value.map(Object::toString));
    }

    private void millis(Variable variable, Optional<Duration> value, String unit) {
        text(variable, value.map(duration -> duration.toMilliseconds().longValue() + unit));
    }

    private void list(Variable variable, List<String> value) {
        text(variable, value.isEmpty() ? Optional.empty() : Optional.of(String.join(",", value)));
    }

    private void enumName(Variable variable, Optional<? extends Enum<?>> value) {
        text(
                variable,
                value.map(enumName -> enumName.name().toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    /** A value that is known at deployment only counts with its greatest length. */
    static void checkSize(Map<String, String> variables, String advice) {
        Optional<String> mistake = sizeMistake(variables, advice);
        Validate.isTrue(mistake.isEmpty(), mistake.orElse(""));
    }

    /** The sentence that refuses these variables, if there are too many bytes. */
    static Optional<String> sizeMistake(Map<String, String> variables, String advice) {
        int bytes = variables.entrySet().stream()
                .mapToInt(variable -> bytes(variable.getKey() + variable.getValue()))
                .sum();
        return bytes <= MAX_BYTES
                ? Optional.empty()
                : Optional.of("the environment variables take up to " + bytes
                        + " bytes, what is known at deployment only counted as its longest, and Lambda allows "
                        + MAX_BYTES + ": " + advice);
    }

    private static int bytes(String text) {
        String longest = TOKEN.matcher(text).replaceAll(token -> "x".repeat(maxLength(token.group(1))));
        return longest.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int maxLength(String token) {
        return token.startsWith("AWS.") ? MAX_PSEUDO_PARAMETER_LENGTH : MAX_ROLE_ARN_LENGTH;
    }
}
