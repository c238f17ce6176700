package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Duration;

/** The variables of the two contracts, each by its property. */
class EnvironmentVariablesTest {

    private static final String NO_SIGTERM_IN_LAMBDA = "Lambda gives the extension its own time at the end";

    private static final String NO_MOUNTED_FILES = "a function reads its key from Secrets Manager, its token from STS";

    private static final String NO_PORT_IN_LAMBDA = "the proxy listens on a port in a container only";

    private static final String ONE_REQUEST_AT_A_TIME = "a function serves one request at a time";

    private static final Map<String, String> NOT_FOR_LAMBDA = Map.ofEntries(
            Map.entry("TS_AUTH_KEY_FILE", NO_MOUNTED_FILES),
            Map.entry("TS_ID_TOKEN_FILE", NO_MOUNTED_FILES),
            Map.entry("TS_PROXY_HTTP_PORT", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_HOST", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_SERVICES", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_TLS_CERTIFICATE", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_TLS_KEY", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_TLS_CLIENT_CA", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_TOKEN_FILE", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_MAX_CONNECTIONS", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_IDLE_TIMEOUT_MS", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_HTTP_UPGRADE_IDLE_TIMEOUT_MS", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_MANAGEMENT_HOST", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_MANAGEMENT_PORT", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_REQUEST_TIMEOUT_MS", NO_PORT_IN_LAMBDA),
            Map.entry("TS_PROXY_DRAIN_TIMEOUT_MS", NO_PORT_IN_LAMBDA),
            Map.entry("TS_FORWARD_DRAIN_TIMEOUT_MS", NO_SIGTERM_IN_LAMBDA),
            Map.entry("TS_PROXY_MAX_REQUESTS", ONE_REQUEST_AT_A_TIME),
            Map.entry("TS_PROXY_MAX_DIALS", ONE_REQUEST_AT_A_TIME),
            Map.entry("TS_PROXY_MAX_WAITING", ONE_REQUEST_AT_A_TIME),
            Map.entry("TS_PROXY_MAX_TARGET_CONNECTIONS", ONE_REQUEST_AT_A_TIME),
            Map.entry("TS_PROXY_MAX_BUFFERED_BYTES", ONE_REQUEST_AT_A_TIME));

    private static final Map<String, String> EVERY_OPTION = Map.ofEntries(
            Map.entry("TS_HOSTNAME", "edge"),
            Map.entry("TS_ADVERTISE_TAGS", "tag:lambda,tag:edge"),
            Map.entry("TS_LOGIN_SERVER", "https://headscale.example"),
            Map.entry("TS_EXTRA_CA", "/opt/ca.pem"),
            Map.entry("TS_ACCEPT_ROUTES", "false"),
            Map.entry("TS_ACCEPT_DNS", "false"),
            Map.entry("TS_SHIELDS_UP", "false"),
            Map.entry("TS_EXIT_NODE", "auto:any"),
            Map.entry("TS_EXIT_NODE_REQUIRED", "false"),
            Map.entry("TS_EXIT_NODE_PING_TIMEOUT", "1500ms"),
            Map.entry("TS_EXIT_NODE_PING_RETRIES", "0"),
            Map.entry("TS_SOCKS_PORT", "1056"),
            Map.entry("TS_FORWARDS", "5432=db:5432,[::1]:6379=[fd7a::7]:6379"),
            Map.entry("TS_FORWARD_MAX_CONNECTIONS", "20"),
            Map.entry("TS_JOIN_TIMEOUT_MS", "8000"),
            Map.entry("TS_EXTRA_ARGS", "--ssh=false"),
            Map.entry("TS_LOG_LEVEL", "debug"),
            Map.entry("TS_RUN_DIR", "/tmp/elsewhere"),
            Map.entry("TS_TAILNET_ONLY", "true"),
            Map.entry("TS_PROXY_ALLOWED_TARGETS", "10.0.0.0/8:443,*.svc.cluster.local,[fd00::1]:80-90"),
            Map.entry("TS_PROXY_PEERS", "listed"),
            Map.entry("TS_PROXY_UNDERSCORE_HEADERS", "refuse"),
            Map.entry("TS_PROXY_METRIC_SERVICES", "orders,billing"),
            Map.entry("TS_PROXY_METRIC_DIMENSIONS", "site"),
            Map.entry("TS_PROXY_DENIED_TARGETS", "10.1.0.0/16"),
            Map.entry("TS_PROXY_TLS_INSECURE_TARGETS", "device"),
            Map.entry("TS_PROXY_CA_BUNDLE", "/opt/bundle.pem"),
            Map.entry("TS_PROXY_FORWARDED_HEADERS", "pass"),
            Map.entry("TS_PROXY_JOIN_WAIT_MS", "1000"),
            Map.entry("TS_PROXY_SETTLE_MS", "2000"),
            Map.entry("TS_PROXY_CONNECT_TIMEOUT_MS", "3000"),
            Map.entry("TS_PROXY_FIRST_BYTE_TIMEOUT_MS", "4000"),
            Map.entry("TS_PROXY_IDLE_TIMEOUT_MS", "5000"),
            Map.entry("TS_PROXY_MAX_CONNECTIONS", "8"),
            Map.entry("TS_PROXY_METRICS", "none"),
            Map.entry("LEGACY_ERRORS", "true"),
            Map.entry("TS_PROXY_SOCKS_HOST", "127.0.0.2"),
            Map.entry("TS_PROXY_LOCALAPI_SOCKET", "none"),
            Map.entry("TS_PROXY_STATE_FILE", "/tmp/state.json"));

    /** CredentialVariablesTest looks at their values, GrantTargetsTest at that of a grant. */
    private static final Set<String> OF_CREDENTIALS =
            Set.of("TS_SECRET_API_KEY", "TS_SECRET_KEY_FIELD", "TS_CLIENT_ID", "TS_AUDIENCE");

    private static final String GRANT_VARIABLE = "TS_PROXY_CALLER_TARGETS";

    private static final Map<String, Long> MILLIS = Map.of(" seconds", 1_000L, " minutes", 60_000L);

    @TempDir
    private Path folder;

    private Map<String, String> variables(Consumer<TailscaleProxyProps.Builder> props) {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props);
        return testStack.variables();
    }

    private static NodeOptions everyNodeOption() {
        return NodeOptions.builder()
                .hostname("edge")
                .addAdvertiseTags("tag:lambda", "tag:edge")
                .loginServer("https://headscale.example")
                .extraCa("/opt/ca.pem")
                .acceptRoutes(false)
                .acceptDns(false)
                .shieldsUp(false)
                .exitNode(ExitNodeOptions.builder()
                        .node("auto:any")
                        .required(false)
                        .pingTimeout(Duration.millis(1500))
                        .pingRetries(0)
                        .build())
                .socksPort(1056)
                .forward(5432, "db:5432")
                .forward("::1", 6379, "[fd7a::7]:6379")
                .forwardMaxConnections(20)
                .joinTimeout(Duration.seconds(8))
                .extraArgs("--ssh=false")
                .logLevel(ExtensionLogLevel.DEBUG)
                .runDir("/tmp/elsewhere")
                .build();
    }

    private static ProxyOptions everyProxyOption() {
        return ProxyOptions.builder()
                .addAllowedTargets("10.0.0.0/8:443", "*.svc.cluster.local", "[fd00::1]:80-90")
                .peers(PeerAccess.LISTED)
                .underscoreHeaders(UnderscoreHeaders.REFUSE)
                .addMetricServices("orders", "billing")
                .addMetricDimensions("site")
                .addDeniedTargets("10.1.0.0/16")
                .addTlsInsecureTargets("device")
                .caBundle("/opt/bundle.pem")
                .forwardedHeaders(ForwardedHeaders.PASS)
                .joinWait(Duration.seconds(1))
                .settleTime(Duration.seconds(2))
                .connectTimeout(Duration.seconds(3))
                .firstByteTimeout(Duration.seconds(4))
                .idleTimeout(Duration.seconds(5))
                .maxConnections(8)
                .metrics(MetricsDestination.NONE)
                .legacyErrors(true)
                .socksHost("127.0.0.2")
                .localApiSocket("none")
                .stateFile("/tmp/state.json")
                .build();
    }

    @Test
    void everyOptionSetsItsVariable() {
        Map<String, String> set =
                variables(props -> props.node(everyNodeOption()).proxyOptions(everyProxyOption()));

        assertThat(set).containsAllEntriesOf(EVERY_OPTION).hasSize(EVERY_OPTION.size() + 1);
    }

    @Test
    void everyVariableHasAProperty() {
        Set<String> properties = new TreeSet<>(EVERY_OPTION.keySet());
        properties.addAll(OF_CREDENTIALS);
        properties.add(GRANT_VARIABLE);
        Set<String> needed = Stream.of(LayerVariables.forOperators(), ProxyVariables.forOperators())
                .flatMap(List::stream)
                .map(Variable::name)
                .filter(name -> !NOT_FOR_LAMBDA.containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(properties).isEqualTo(needed);
    }

    @Test
    void unsetPropertySetsNoVariable() {
        assertThat(variables(props -> {})).containsOnlyKeys("TS_SECRET_API_KEY", "TS_PROXY_METRICS", "TS_TAILNET_ONLY");
    }

    @Test
    void documentedDefaultsMatchProxy() {
        Map<String, Long> declared = ProxyVariables.forOperators().stream()
                .filter(Variable.WholeNumber.class::isInstance)
                .filter(variable -> !variable.defaultValue().isEmpty())
                .collect(Collectors.toMap(Variable::name, variable -> Long.valueOf(variable.defaultValue())));
        Map<String, Long> documented = Pattern.compile(
                        "\\{@code (TS_[A-Z_]+)}[^/]*<p>Default: ([0-9]+)( seconds| minutes)?[,\n]")
                .matcher(Repository.text("cdk/src/main/java/dev/tailnetproxy/cdk/ProxyOptions.java"))
                .results()
                .collect(Collectors.toMap(
                        match -> match.group(1),
                        match -> Long.parseLong(match.group(2))
                                * MILLIS.getOrDefault(Objects.requireNonNullElse(match.group(3), ""), 1L)));

        assertThat(documented)
                .containsOnlyKeys(
                        "TS_PROXY_JOIN_WAIT_MS",
                        "TS_PROXY_SETTLE_MS",
                        "TS_PROXY_CONNECT_TIMEOUT_MS",
                        "TS_PROXY_FIRST_BYTE_TIMEOUT_MS",
                        "TS_PROXY_IDLE_TIMEOUT_MS",
                        "TS_PROXY_MAX_CONNECTIONS");
        assertThat(declared).containsAllEntriesOf(documented);
    }

    @Test
    void proxyReadsFromExtensionRunDirectory() {
        NodeOptions moved = NodeOptions.builder().runDir("/tmp/elsewhere").build();

        assertThat(variables(props -> props.node(moved)))
                .containsEntry("TS_PROXY_LOCALAPI_SOCKET", "/tmp/elsewhere/tailscaled.sock")
                .containsEntry("TS_PROXY_STATE_FILE", "/tmp/elsewhere/state.json");
    }

    @Test
    void rejectsVariablesAboveLambdaLimit() {
        List<String> targets = Collections.nCopies(400, "10.11.12.13");

        assertThatThrownBy(() -> variables(props -> props.proxyOptions(
                        ProxyOptions.builder().allowedTargets(targets).build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the environment variables take up to 48")
                .hasMessageContaining("Lambda allows 4096: shorten allowedTargets");
    }
}
