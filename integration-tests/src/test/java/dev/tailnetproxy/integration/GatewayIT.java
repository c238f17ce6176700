package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.clients.WebSocketProbe;
import dev.tailnetproxy.localstack.kubernetes.ClientPod;
import dev.tailnetproxy.localstack.kubernetes.GatewayCluster;
import dev.tailnetproxy.localstack.kubernetes.GatewayPod;
import dev.tailnetproxy.localstack.tailnet.DatabaseMachines;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.localstack.tcp.TcpProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.Container.ExecResult;

/** Pods without Tailscale reach a tailnet through the gateway that the Helm chart installs. */
@ThirdLane
@ExtendWith(KubernetesExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String AUTHORITY = "/tmp/database-ca.pem";

    private final GatewayCluster gateway;

    @AutoClose
    private ClientPod client;

    @AutoClose
    private ClientPod stranger;

    GatewayIT(GatewayCluster gateway) {
        this.gateway = gateway;
    }

    @BeforeAll
    void startClients() {
        client = gateway.startClient("application");
        stranger = gateway.startClient("stranger", Map.of());
    }

    @Test
    void replicasAreInTailnetAndInDifferentZones() {
        List<GatewayPod> pods = gateway.pods();

        assertThat(pods).hasSize(2).allMatch(GatewayPod::ready);
        assertThat(pods).extracting(GatewayPod::node).containsExactlyInAnyOrder("node-a", "node-b");
        assertThat(gateway.tailnet().control().nodeNames())
                .containsAll(pods.stream().map(GatewayPod::name).toList());
    }

    @Test
    void requestReachesTargetThatItsFieldsName() {
        assertThat(request(client, Tailnet.TARGET_NAME, TargetNode.SERVICE_PORT, "/hello")
                        .getStdout())
                .isEqualTo(HELLO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-field: usual", "ts-target-port: 1", "ts-target-ip: other"})
    void requestToServiceReachesItsTargetWhateverItsFields(String field) {
        assertThat(get(client, "http://" + GatewayCluster.WEB_SERVICE + "/hello", "--header", field)
                        .getStdout())
                .isEqualTo(HELLO);
    }

    /** The name and the certificate are the target's; only the address is the Service's. */
    @Test
    void queryReachesDatabaseOverTls() {
        client.put(AUTHORITY, DatabaseMachines.certificate(gateway.databases()));
        client.put("/tmp/.pgpass", "*:*:*:app:" + gateway.databasePassword() + "\n");
        String address = client.output("getent", "hosts", GatewayCluster.DATABASE_SERVICE)
                .split(" ", 2)[0];

        assertThat(client.output(
                        "psql",
                        "host=" + GatewayCluster.DATABASES + " hostaddr=" + address
                                + " user=app dbname=app sslmode=verify-full sslrootcert=" + AUTHORITY,
                        "--tuples-only",
                        "--no-align",
                        "--command=SELECT 6 * 7"))
                .isEqualTo("42\n");
    }

    @Test
    void commandReachesCache() {
        assertThat(client.output("redis-cli", "-h", GatewayCluster.CACHE_SERVICE, "set", "from", "a pod"))
                .isEqualTo("OK\n");
        assertThat(gateway.databases().run("redis-cli", "get", "from")).isEqualTo("a pod\n");
    }

    @Test
    void bytesArriveUnchangedAtTcpService() {
        ExecResult result = client.java(
                TcpProbe.class, "both-ways", GatewayCluster.TCP_SERVICE, "" + TargetNode.TCP_PORT, "20000000");

        // Only the layer knows why a connection was reset.
        assertThat(result.getStdout())
                .as(() -> result.getStderr() + gateway.describe())
                .isEqualTo("same\n");
    }

    @Test
    void webSocketPassesThroughHttpPort() {
        ExecResult result = client.java(
                WebSocketProbe.class,
                GatewayCluster.URL.replace("http:", "ws:") + "/websocket",
                Tailnet.TARGET_NAME,
                "" + TargetNode.SERVICE_PORT);

        assertThat(result.getStdout()).as(result.getStderr()).isEqualTo("text same, binary same, closed 1000\n");
    }

    /** The pods of the gateway reach this machine, which is in no tailnet. */
    @Test
    void targetOutsideTailnetIsRefused() {
        Tailnet tailnet = gateway.tailnet();
        String neighbour = tailnet.privateAddress(tailnet.secrets());

        assertThat(request(client, neighbour, SecretsManager.PORT, "/let-loose", "--include")
                        .getStdout())
                .contains("403 Forbidden", "ts-error-name: TargetNotAllowed");
        assertThat(tailnet.secrets().getLogs()).doesNotContain("let-loose");
    }

    @Test
    void onlyAdmittedPodsReachGateway() {
        assertThat(request(stranger, Tailnet.TARGET_NAME, TargetNode.SERVICE_PORT, "/hello")
                        .getExitCode())
                .isNotZero();
        assertThat(get(stranger, "http://" + GatewayCluster.WEB_SERVICE + "/hello")
                        .getExitCode())
                .isNotZero();

        gateway.kubernetes()
                .kubectl(
                        "label",
                        "pod",
                        stranger.name(),
                        "--namespace=" + GatewayCluster.NAMESPACE,
                        "tailnet-proxy-client=true");

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(
                        request(stranger, Tailnet.TARGET_NAME, TargetNode.SERVICE_PORT, "/hello")
                                .getStdout())
                .isEqualTo(HELLO));
    }

    @Test
    void testOfChartPasses() {
        ExecResult result = gateway.test();

        assertThat(result.getExitCode())
                .as(result.getStdout() + result.getStderr())
                .isZero();
        assertThat(result.getStdout())
                .contains(
                        "the gateway is 200",
                        "own Service accepts connections",
                        GatewayCluster.WEB_SERVICE + ":80 accepts connections",
                        GatewayCluster.DATABASE_SERVICE + ":5432 accepts connections");
    }

    private static ExecResult request(ClientPod pod, String target, int port, String path, String... options) {
        String[] fields = {"--header", "ts-target-ip: " + target, "--header", "ts-target-port: " + port};
        return get(
                pod,
                GatewayCluster.URL + path,
                Stream.concat(Stream.of(fields), Stream.of(options)).toArray(String[]::new));
    }

    private static ExecResult get(ClientPod pod, String url, String... options) {
        return pod.run(Stream.concat(
                        Stream.of("curl", "--silent", "--show-error", "--max-time", "10", url), Stream.of(options))
                .toArray(String[]::new));
    }
}
