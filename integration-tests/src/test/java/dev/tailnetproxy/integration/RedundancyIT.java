package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tailnetproxy.localstack.kubernetes.GatewayCluster;
import dev.tailnetproxy.localstack.kubernetes.GatewayPod;
import dev.tailnetproxy.localstack.kubernetes.KubernetesCluster;
import dev.tailnetproxy.localstack.kubernetes.KubernetesNode;
import dev.tailnetproxy.localstack.kubernetes.LoadGenerator;
import dev.tailnetproxy.localstack.load.LoadKind;
import dev.tailnetproxy.localstack.load.LoadRecord;
import dev.tailnetproxy.localstack.load.LoadSummary;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.DatabaseMachines;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replicas of the gateway end, or are ended, under load from a pod; the load's {@code load.py} says which requests it
 * repeats and when. Each event prints what became of the requests meanwhile.
 */
@ThirdLane
@ExtendWith(KubernetesExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedundancyIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String LOAD_NODE = "node-a";
    private static final String OTHER_NODE = "node-b";
    private static final int DNS_PORT = 53;
    private static final String DEPLOYMENT = "deployment/" + GatewayCluster.GATEWAY;
    private static final String PODS = "app.kubernetes.io/component=gateway";

    /** What the load's client says when a name took longer than 2 s, a connection 4 s, or a response 5 s. */
    private static final String SILENT = ":silent";

    /** More than all connections of the load serve before they are replaced. */
    private static final int ALL_CONNECTIONS = 1000;

    private final GatewayCluster gateway;
    private final KubernetesCluster cluster;
    private LoadGenerator load;

    RedundancyIT(GatewayCluster gateway) {
        this.gateway = gateway;
        this.cluster = gateway.kubernetes();
    }

    /** Something that happens to the gateway. */
    @FunctionalInterface
    private interface Event {
        void happen(RedundancyIT test);
    }

    @BeforeAll
    void startLoad() {
        load = LoadGenerator.start(
                cluster,
                GatewayCluster.NAMESPACE,
                Artifacts.of(Checkout.FOLDER).locust(),
                LOAD_NODE,
                GatewayCluster.GATEWAY + ":80",
                Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT,
                GatewayCluster.CACHE_SERVICE + ":" + DatabaseMachines.REDIS_PORT);
        awaitRequests(0, ALL_CONNECTIONS);
    }

    /** Leaves the cluster as it was: one replica on each node. */
    @AfterAll
    void stopLoad() {
        load.close();
        cluster.kubectl("uncordon", OTHER_NODE);
        awaitOtherNode();
        gateway.upgrade();
        distributeDns("null");
        restart();
    }

    static Stream<Arguments> orderlyEvents() {
        return Stream.of(
                arguments("drain of a node", (Event) RedundancyIT::drain),
                arguments("rollout restart", (Event) RedundancyIT::restart),
                arguments("scale-down", (Event) RedundancyIT::scaleDownAndUp));
    }

    @Order(1)
    @ParameterizedTest(name = "{0}")
    @MethodSource("orderlyEvents")
    void nothingFailsDuringOrderlyEvent(String name, Event event) {
        List<LoadSummary> during = during(name, event);

        assertThat(during).allSatisfy(summary -> {
            assertThat(summary.requests()).isPositive();
            assertThat(summary.causes()).isEmpty();
            assertThat(summary.lost()).isEmpty();
        });
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments("pod deleted by force", (Event) RedundancyIT::deleteByForce),
                arguments("tailscaled killed", (Event) RedundancyIT::killTailscaled));
    }

    @Order(2)
    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void nothingThatIsRepeatedIsLostByFailure(String name, Event event) {
        List<LoadSummary> during = during(name, event);

        assertThat(during).allSatisfy(summary -> {
            assertThat(summary.requests()).isPositive();
            assertThat(summary.causes().keySet()).noneMatch(cause -> cause.endsWith(SILENT));
        });
        assertThat(during)
                .filteredOn(summary -> summary.kind() != LoadKind.POST)
                .hasSize(2)
                .allSatisfy(summary -> assertThat(summary.lost()).isEmpty());
    }

    /** Clients in the zone of a replica do not depend on others, so that nothing of theirs goes to the node that has gone. */
    @Order(3)
    @Test
    void nothingFailsWhenAnotherZoneIsCutOff() {
        gateway.upgrade("service: {trafficDistribution: PreferSameZone}");
        distributeDns("\"PreferSameZone\"");
        await().pollInterval(POLL).atMost(TIMEOUT).until(this::nothingGoesToOtherNode);

        List<LoadSummary> during = during("node of another zone cut off", RedundancyIT::cutOffUntilReplaced);

        assertThat(during).allSatisfy(summary -> {
            assertThat(summary.requests()).isPositive();
            assertThat(summary.causes()).isEmpty();
        });
    }

    private void awaitOtherNode() {
        cluster.kubectl("wait", "node/" + OTHER_NODE, "--for=condition=Ready", "--timeout=60s");
    }

    /** Otherwise nothing happens to the gateway when something happens to that node. */
    private void haveReplicaOnOtherNode() {
        if (replicasOn(OTHER_NODE) == 0) {
            restart();
        }
        assertThat(replicasOn(OTHER_NODE)).isPositive();
    }

    private long replicasOn(String node) {
        return gateway.pods().stream()
                .filter(pod -> pod.ready() && pod.node().equals(node))
                .count();
    }

    private List<LoadSummary> during(String name, Event event) {
        long position = load.position();
        event.happen(this);
        awaitReplicas();
        awaitRequests(load.position(), ALL_CONNECTIONS / 2);
        List<LoadRecord> records = load.recordsSince(position);
        List<LoadSummary> summaries = Stream.of(LoadKind.values())
                .map(kind -> LoadSummary.of(kind, records))
                .toList();
        System.out.println("redundancy: " + name);
        summaries.forEach(summary -> System.out.println("redundancy:   " + summary));
        return summaries;
    }

    private void awaitRequests(long position, long number) {
        await().pollInterval(POLL).atMost(TIMEOUT).until(() -> load.position() - position >= number);
    }

    private void awaitReplicas() {
        await().pollInterval(POLL)
                .atMost(TIMEOUT)
                .until(() -> gateway.pods().stream().filter(GatewayPod::ready).count() == 2);
    }

    private void drain() {
        haveReplicaOnOtherNode();
        try {
            cluster.kubectl("drain", OTHER_NODE, "--pod-selector=" + PODS, "--delete-emptydir-data", "--timeout=120s");
        } finally {
            cluster.kubectl("uncordon", OTHER_NODE);
        }
    }

    private void restart() {
        kubectl("rollout", "restart", DEPLOYMENT);
        kubectl("rollout", "status", DEPLOYMENT, "--timeout=120s");
        // The old pods end after the new ones are ready.
        await().pollInterval(POLL).atMost(TIMEOUT).until(() -> runningPods() == 2);
    }

    private void scaleDownAndUp() {
        kubectl("scale", DEPLOYMENT, "--replicas=1");
        await().pollInterval(POLL).atMost(TIMEOUT).until(() -> runningPods() == 1);
        kubectl("scale", DEPLOYMENT, "--replicas=2");
    }

    private void deleteByForce() {
        kubectl("delete", "pod", gateway.pods().get(0).name(), "--force", "--grace-period=0");
    }

    private void killTailscaled() {
        GatewayPod pod = gateway.pods().get(0);
        gateway.kill(pod, GatewayPod.TAILSCALED, "tailscaled --tun");
        await().pollInterval(POLL).atMost(TIMEOUT).until(() -> gateway.log(pod, GatewayPod.TAILSCALED)
                .contains("DaemonExited is resolved"));
    }

    private void cutOffUntilReplaced() {
        haveReplicaOnOtherNode();
        cluster.node(OTHER_NODE).cutOff();
        try {
            await().pollInterval(POLL).atMost(TIMEOUT).until(() -> replicasOn(LOAD_NODE) == 2);
        } finally {
            cluster.node(OTHER_NODE).reconnect();
        }
    }

    /** Clients resolve the gateway's name first: what holds for the gateway must hold for the cluster's DNS. */
    private void distributeDns(String preference) {
        cluster.kubectl(
                "--namespace=kube-system",
                "patch",
                "service/kube-dns",
                "--patch={\"spec\": {\"trafficDistribution\": " + preference + "}}");
    }

    /** Whether all connections of the load were replaced, and no name was resolved there meanwhile. */
    private boolean nothingGoesToOtherNode() {
        forgetLookupsOnOtherNode();
        awaitRequests(load.position(), ALL_CONNECTIONS);
        return !forgetLookupsOnOtherNode();
    }

    private boolean forgetLookupsOnOtherNode() {
        String addresses = cluster.kubectl(
                "--namespace=kube-system",
                "get",
                "pods",
                "--selector=k8s-app=kube-dns",
                "--field-selector=spec.nodeName=" + OTHER_NODE,
                "--output=jsonpath={range .items[*]}{.status.podIP}{'\\n'}{end}");
        KubernetesNode node = cluster.node(LOAD_NODE);
        return addresses
                        .lines()
                        .filter(address -> node.forgetDatagrams(DNS_PORT, address))
                        .count()
                > 0;
    }

    private long runningPods() {
        return kubectl("get", "pods", "--selector=" + PODS, "--output=name")
                .lines()
                .count();
    }

    private String kubectl(String... arguments) {
        return cluster.kubectl(Stream.concat(Stream.of("--namespace=" + GatewayCluster.NAMESPACE), Stream.of(arguments))
                .toArray(String[]::new));
    }
}
