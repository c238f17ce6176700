package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.Cluster;
import dev.tailnetproxy.localstack.tailnet.ClusterDnsRecords;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names of a cluster behind a subnet router, resolved by the cluster's own name server (split DNS). The execution
 * environment has no way to the cluster's addresses but through the tailnet. The Secrets Manager is its neighbour, as a
 * server in the same VPC is, and stands behind no router.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SplitDnsIT {

    private static final String ZONE = ".namespace.svc.cluster.local";
    private static final String SERVICE = "service" + ZONE;
    private static final String ADDRESS = "10.1.2.3";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String TIMEOUT_MS = "20000";

    private final Tailnet tailnet;

    @AutoClose
    private Cluster cluster;

    @AutoClose
    private TargetNode router;

    @AutoClose
    private DeployedProxy proxy;

    SplitDnsIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() {
        cluster = tailnet.startCluster(names());
        router = tailnet.startSubnetRouterTo(cluster, "cluster-router");
        Map<String, String> settings = Map.of(
                "TS_HOSTNAME",
                "to-cluster",
                "TS_PROXY_ALLOWED_TARGETS",
                "*.svc.cluster.local:5000-8080,api.cluster.local:8080",
                "TS_PROXY_DENIED_TARGETS",
                "denied" + ZONE + ",10.1.66.0/24",
                "TS_FORWARDS",
                "17000=" + SERVICE + ":8080,17001=" + ADDRESS + ":8080,17002=half-loopback" + ZONE + ":8080");
        proxy = DeployedProxy.start(tailnet, settings);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(bodyOrErrorName(SERVICE)).isEqualTo(HELLO));
    }

    private ClusterDnsRecords names() {
        String neighbour = tailnet.privateAddress(tailnet.secrets());
        String[] many =
                IntStream.rangeClosed(1, 250).mapToObj(i -> "10.1.7." + i).toArray(String[]::new);
        return new ClusterDnsRecords()
                .address(SERVICE, ADDRESS)
                .address("api.cluster.local", ADDRESS)
                .address("other.cluster.local", ADDRESS)
                .address("dual" + ZONE, ADDRESS, "fd00:10:1::3")
                .address("ipv6-only" + ZONE, "fd00:10:1::3")
                .address("many" + ZONE, many)
                .cname("alias" + ZONE, "alias-of-alias" + ZONE)
                .cname("alias-of-alias" + ZONE, SERVICE)
                .cname("alias-to-nothing" + ZONE, "nothing" + ZONE)
                .cname("alias-to-loopback" + ZONE, "loopback" + ZONE)
                .address("peer" + ZONE, tailnet.target().address())
                .address("half-unrouted" + ZONE, neighbour, ADDRESS)
                .address("neighbour" + ZONE, neighbour)
                .address("denied" + ZONE, "10.1.2.66")
                .address("denied-address" + ZONE, "10.1.66.6")
                .address("loopback" + ZONE, "127.0.0.1")
                .address("metadata" + ZONE, "169.254.169.254")
                .address("resolver" + ZONE, "100.100.100.100")
                .address("ipv6-loopback" + ZONE, "::1")
                .address("mapped-loopback" + ZONE, "::ffff:127.0.0.1")
                .address("half-loopback" + ZONE, ADDRESS, "127.0.0.1")
                .address("half-ipv6-loopback" + ZONE, ADDRESS, "::1");
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"service", "SERVICE", "dual", "ipv6-only", "many", "alias", "peer", "half-unrouted"})
    void clusterNameIsReachable(String name) throws Exception {
        assertThat(bodyOrErrorName(name + ZONE)).isEqualTo(HELLO);
    }

    @Test
    @Order(1)
    void serviceIsReachableThroughTailnetOnly() throws Exception {
        assertThat(bodyOrErrorName(SERVICE, TargetNode.SERVICE_PORT, "/echo", TIMEOUT_MS))
                .contains(SERVICE + ":" + TargetNode.SERVICE_PORT);
        assertThat(routeTo(tailnet.privateAddress(tailnet.secrets()))).contains("dev eth0");
        assertThat(routeTo(ADDRESS)).isEmpty();
        assertThat(routeTo(Cluster.NAME_SERVER)).isEmpty();
    }

    /** Programs without SOCKS5 reach the same; a name that leads to a refused address as well leads nowhere. */
    @ParameterizedTest
    @Order(1)
    @CsvSource({"17000, 200", "17001, 200", "17002, 000"})
    void clusterIsReachableThroughForward(int port, String status) {
        String url = "http://127.0.0.1:" + port + "/hello";
        assertThat(proxy.environment().run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({
        "loopback, TargetNotAllowed",
        "metadata, TargetNotAllowed",
        "resolver, TargetNotAllowed",
        "ipv6-loopback, TargetNotAllowed",
        "mapped-loopback, TargetNotAllowed",
        "half-loopback, TargetNotAllowed",
        "half-ipv6-loopback, TargetNotAllowed",
        "alias-to-loopback, TargetNotAllowed",
        "denied, TargetNotAllowed",
        "denied-address, TargetNotAllowed",
        "missing, NameNotFound",
        "alias-to-nothing, NameNotFound",
        "service.broken, TailnetUnavailable",
    })
    void rejectsNameResolvingToForbiddenAddress(String name, String error) throws Exception {
        String zone = name.endsWith("broken") ? ".svc.cluster.local" : ZONE;

        assertThat(bodyOrErrorName(name + zone)).isEqualTo(error);
    }

    @Test
    @Order(1)
    void doesNotDialUnroutedNeighbour() throws Exception {
        assertThat(bodyOrErrorName("neighbour" + ZONE, SecretsManager.PORT, "/moto-api/?let-loose", TIMEOUT_MS))
                .isEqualTo("NoTailnetRoute");
        assertThat(tailnet.secrets().getLogs()).doesNotContain("let-loose");
    }

    @Test
    @Order(1)
    void resolvesOnlyAllowedNames() throws Exception {
        assertThat(bodyOrErrorName("api.cluster.local")).isEqualTo(HELLO);
        assertThat(bodyOrErrorName("api.cluster.local", TargetNode.SCRIPTED_PORT, "/", TIMEOUT_MS))
                .isEqualTo("TargetNotAllowed");
        assertThat(bodyOrErrorName(SERVICE, TargetNode.SCRIPTED_PORT, "/", TIMEOUT_MS))
                .isEqualTo("TargetNotAllowed");
        assertThat(bodyOrErrorName("other.cluster.local")).isEqualTo("TargetNotAllowed");
        assertThat(bodyOrErrorName("denied" + ZONE)).isEqualTo("TargetNotAllowed");

        assertThat(cluster.wasQueried("api.cluster.local")).isTrue();
        assertThat(cluster.wasQueried("other.cluster.local")).isFalse();
    }

    @Test
    @Order(2)
    void unresponsiveNameServerDelaysItsOwnNamesOnly() throws Exception {
        cluster.suspendNameServer();
        try {
            assertThat(bodyOrErrorName(SERVICE, TargetNode.SERVICE_PORT, "/hello", "700"))
                    .isEqualTo("Timeout");
            assertThat(bodyOrErrorName(Tailnet.TARGET_NAME)).isEqualTo(HELLO);
            assertThat(bodyOrErrorName(SERVICE)).isEqualTo("TailnetUnavailable");
        } finally {
            cluster.resumeNameServer();
        }
        assertThat(bodyOrErrorName(SERVICE)).isEqualTo(HELLO);
    }

    @Test
    @Order(2)
    void recoversFromStoppedNameServer() throws Exception {
        cluster.killNameServer();
        try {
            assertThat(bodyOrErrorName(SERVICE)).isEqualTo("TailnetUnavailable");
            assertThat(bodyOrErrorName(Tailnet.TARGET_NAME)).isEqualTo(HELLO);
        } finally {
            cluster.startNameServer();
        }
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(bodyOrErrorName(SERVICE)).isEqualTo(HELLO));
    }

    @Test
    @Order(3)
    void reportsStoppedSubnetRouter() throws Exception {
        router.stop();

        assertThat(bodyOrErrorName(SERVICE)).isEqualTo("TailnetUnavailable");
        assertThat(bodyOrErrorName(Tailnet.TARGET_NAME)).isEqualTo(HELLO);
    }

    private String routeTo(String address) {
        return proxy.environment().run("ip", "route", "get", address);
    }

    private String bodyOrErrorName(String name) throws Exception {
        return bodyOrErrorName(name, TargetNode.SERVICE_PORT, "/hello", TIMEOUT_MS);
    }

    /** The body of the target's response, or the name of the proxy's error. */
    private String bodyOrErrorName(String name, int port, String path, String timeoutMs) throws Exception {
        Map<String, String> headers =
                Map.of("ts-target-ip", name, "ts-target-port", Integer.toString(port), "ts-timeout-ms", timeoutMs);
        HttpResponse<byte[]> response = proxy.sendWithHeaders("GET", path, headers, new byte[0]);
        return response.headers()
                .firstValue("ts-error-name")
                .orElseGet(() -> new String(response.body(), StandardCharsets.UTF_8));
    }
}
