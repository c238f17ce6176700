package dev.tailnetproxy.cdk;

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
    private static final int MAX_ROLE_ARN_LENGTH = 102;

    /** A region's name. */
    private static final int MAX_PSEUDO_PARAMETER_LENGTH = 16;

    private final Map<String, String> values = new TreeMap<>();

    /** The proxy's and the extension's variables, without those of the runtime. */
    static Map<String, String> of(TailscaleProxyProps props) {
        EnvironmentVariables variables = new EnvironmentVariables();
        NodeOptions node = props.getNode();
        variables.values.putAll(props.getCredentials().environment());
        variables.node(node);
        node.getExitNode().ifPresent(variables::exitNode);
        variables.proxyOptions(props.getProxyOptions(), node.getRunDir());
        props.getCaBundle().ifPresent(file -> variables.caBundle(node));
        return variables.values;
    }

    private void node(NodeOptions node) {
        text("TS_HOSTNAME", node.getHostname());
        list("TS_ADVERTISE_TAGS", node.getAdvertiseTags());
        text("TS_LOGIN_SERVER", node.getLoginServer());
        text("TS_EXTRA_CA", node.getExtraCa());
        flag("TS_ACCEPT_ROUTES", node.getAcceptRoutes());
        flag("TS_ACCEPT_DNS", node.getAcceptDns());
        flag("TS_SHIELDS_UP", node.getShieldsUp());
        number("TS_SOCKS_PORT", node.getSocksPort());
        millis("TS_JOIN_TIMEOUT_MS", node.getJoinTimeout(), "");
        text("TS_EXTRA_ARGS", node.getExtraArgs());
        enumName("TS_LOG_LEVEL", node.getLogLevel());
        text("TS_RUN_DIR", node.getRunDir());
        // The proxy's policy lets nothing else through; this holds even where the policy is wrong or late.
        values.put("TS_TAILNET_ONLY", "true");
    }

    private void exitNode(ExitNodeOptions exitNode) {
        text("TS_EXIT_NODE", Optional.of(exitNode.getNode()));
        flag("TS_EXIT_NODE_REQUIRED", exitNode.getRequired());
        millis("TS_EXIT_NODE_PING_TIMEOUT", exitNode.getPingTimeout(), "ms");
        number("TS_EXIT_NODE_PING_RETRIES", exitNode.getPingRetries());
    }

    private void proxyOptions(ProxyOptions proxyOptions, Optional<String> runDir) {
        list("TS_PROXY_ALLOWED_TARGETS", proxyOptions.getAllowedTargets());
        enumName("TS_PROXY_PEERS", proxyOptions.getPeers());
        list("TS_PROXY_DENIED_TARGETS", proxyOptions.getDeniedTargets());
        list("TS_PROXY_TLS_INSECURE_TARGETS", proxyOptions.getTlsInsecureTargets());
        text("TS_PROXY_CA_BUNDLE", proxyOptions.getCaBundle());
        enumName("TS_PROXY_FORWARDED_HEADERS", proxyOptions.getForwardedHeaders());
        enumName("TS_PROXY_UNDERSCORE_HEADERS", proxyOptions.getUnderscoreHeaders());
        list("TS_PROXY_METRIC_SERVICES", proxyOptions.getMetricServices());
        list("TS_PROXY_METRIC_DIMENSIONS", proxyOptions.getMetricDimensions());
        millis("TS_PROXY_JOIN_WAIT_MS", proxyOptions.getJoinWait(), "");
        millis("TS_PROXY_SETTLE_MS", proxyOptions.getSettleTime(), "");
        millis("TS_PROXY_CONNECT_TIMEOUT_MS", proxyOptions.getConnectTimeout(), "");
        millis("TS_PROXY_FIRST_BYTE_TIMEOUT_MS", proxyOptions.getFirstByteTimeout(), "");
        millis("TS_PROXY_IDLE_TIMEOUT_MS", proxyOptions.getIdleTimeout(), "");
        number("TS_PROXY_MAX_CONNECTIONS", proxyOptions.getMaxConnections());
        enumName("TS_PROXY_METRICS", Optional.of(proxyOptions.getMetrics()));
        flag("LEGACY_ERRORS", proxyOptions.getLegacyErrors());
        text("TS_PROXY_SOCKS_HOST", proxyOptions.getSocksHost());
        text(
                "TS_PROXY_LOCALAPI_SOCKET",
                proxyOptions.getLocalApiSocket().or(() -> runDir.map(folder -> folder + "/tailscaled.sock")));
        text("TS_PROXY_STATE_FILE", proxyOptions.getStateFile().or(() -> runDir.map(folder -> folder + "/state.json")));
    }

    /** A control server of one's own is likely to have its certificate of the same authority. */
    private void caBundle(NodeOptions node) {
        text("TS_PROXY_CA_BUNDLE", Optional.of(CaBundle.PATH));
        if (node.getLoginServer().isPresent() && node.getExtraCa().isEmpty()) {
            text("TS_EXTRA_CA", Optional.of(CaBundle.PATH));
        }
    }

    private void text(String name, Optional<String> value) {
        value.ifPresent(text -> values.put(name, text));
    }

    private void flag(String name, Optional<Boolean> value) {
        text(name, value.map(Object::toString));
    }

    private void number(String name, Optional<Integer> value) {
        text(name, value.map(Object::toString));
    }

    private void millis(String name, Optional<Duration> value, String unit) {
        text(name, value.map(duration -> duration.toMilliseconds().longValue() + unit));
    }

    private void list(String name, List<String> value) {
        text(name, value.isEmpty() ? Optional.empty() : Optional.of(String.join(",", value)));
    }

    private void enumName(String name, Optional<? extends Enum<?>> value) {
        text(name, value.map(enumName -> enumName.name().toLowerCase(Locale.ROOT)));
    }

    /** A value that is known at deployment only counts with its greatest length. */
    static void checkSize(Map<String, String> variables, String advice) {
        int bytes = variables.entrySet().stream()
                .mapToInt(variable -> bytes(variable.getKey() + variable.getValue()))
                .sum();
        Validate.isTrue(
                bytes <= MAX_BYTES,
                "the environment variables take up to " + bytes
                        + " bytes, what is known at deployment only counted as its " + "longest, and Lambda allows "
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
