package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.kubernetes.ClusterRouters;
import dev.tailnetproxy.localstack.kubernetes.GatewayPod;
import dev.tailnetproxy.localstack.kubernetes.KubernetesCluster;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From Lambda into a Kubernetes cluster: two subnet routers in the cluster advertise its services and pods, and the
 * tailnet's split DNS asks the cluster's own. The execution environment has no other way to the cluster's networks.
 */
@ThirdLane
@ExtendWith(KubernetesExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIngressIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** What two routers are for; each response that fails within has to say why. */
    private static final Duration TAKEOVER = Duration.ofSeconds(30);

    private static final String SERVICE = "web.shop.svc.cluster.local";
    private static final String API_SERVER = "10.96.0.1";
    private static final int PORT = 80;
    private static final int API_PORT = 443;
    private static final int PROXY_PORT = 1055;

    private static final String APPLICATION =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
            ---
            # The cluster's own image of CoreDNS is a web server, too.
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: web, namespace: shop}
            data: {Corefile: ".:5353 {\\n health :8080\\n}\\n"}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec:
              securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
              containers:
                - name: web
                  image: node.local/coredns:1
                  imagePullPolicy: Never
                  args: [-conf, /etc/web/Corefile]
                  readinessProbe: {httpGet: {path: /health, port: 8080}, periodSeconds: 1}
                  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                  volumeMounts: [{name: configuration, mountPath: /etc/web}]
              volumes: [{name: configuration, configMap: {name: web}}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: empty, namespace: shop}
            spec: {selector: {app: nobody}, ports: [{port: 80}]}
            """;

    private final Tailnet tailnet;
    private final KubernetesCluster cluster;

    @AutoClose
    private ClusterRouters routers;

    @AutoClose
    private DeployedProxy proxy;

    ClusterIngressIT(Tailnet tailnet, KubernetesCluster cluster) {
        this.tailnet = tailnet;
        this.cluster = cluster;
    }

    @BeforeAll
    void deploy() {
        cluster.kubectlWith(APPLICATION, "apply");
        routers = ClusterRouters.install(Artifacts.of(Checkout.FOLDER), tailnet, cluster);
        cluster.kubectl("--namespace=shop", "wait", "pod/web", "--for=condition=Ready", "--timeout=60s");
        String allowed = String.join(
                ",",
                "*.shop.svc.cluster.local:" + PORT,
                ClusterRouters.SERVICES + ":" + PORT,
                ClusterRouters.PODS + ":8080",
                API_SERVER + ":" + API_PORT);
        proxy = DeployedProxy.start(
                tailnet, Map.of("TS_HOSTNAME", "into-kubernetes", "TS_PROXY_ALLOWED_TARGETS", allowed));
        awaitTwoRouters();
    }

    @AfterAll
    void removeApplication() {
        cluster.kubectl("delete", "namespace", "shop");
    }

    @Test
    void reachesServiceByNameAndAddressAndPod() throws Exception {
        assertThat(request(SERVICE, PORT)).isEqualTo(Outcome.OK);
        assertThat(request(clusterAddress("web"), PORT)).isEqualTo(Outcome.OK);
        assertThat(request(podAddress(), 8080)).isEqualTo(Outcome.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "missing.shop.svc.cluster.local, 80, NameNotFound",
        "empty.shop.svc.cluster.local, 80, ConnectionRefused",
        "web.shop.svc.cluster.local, 8080, TargetNotAllowed",
        "kube-dns.kube-system.svc.cluster.local, 53, TargetNotAllowed",
    })
    void saysWhyServiceIsOutOfReach(String name, int port, String error) throws Exception {
        assertThat(request(name, port).error()).isEqualTo(error);
    }

    /** The proxy's policy lets it pass, and the NetworkPolicy of the routers does not. */
    @Test
    void apiServerStaysOutOfReach() throws Exception {
        assertThat(request(API_SERVER, API_PORT).error()).isIn("ConnectionRefused", "Timeout");
    }

    /** A router's own SOCKS5 port would lead everywhere that the router may go. */
    @Test
    void routersServeNothingThemselves() throws Exception {
        String router = tailnet.control().addresses(primary()).get(0);

        assertThat(request(router, PROXY_PORT).error()).isEqualTo("ConnectionRefused");
    }

    static Stream<Arguments> ends() {
        BiConsumer<ClusterRouters, GatewayPod> nothing = (routers, pod) -> {};
        BiConsumer<ClusterRouters, GatewayPod> end = ClusterRouters::end;
        BiConsumer<ClusterRouters, GatewayPod> kill = ClusterRouters::kill;
        BiConsumer<ClusterRouters, GatewayPod> cutOff = ClusterRouters::cutOff;
        BiConsumer<ClusterRouters, GatewayPod> reconnect = ClusterRouters::reconnect;
        return Stream.of(
                Arguments.of("logs out", end, nothing),
                Arguments.of("is killed", kill, nothing),
                Arguments.of("is cut off", cutOff, reconnect));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void otherRouterTakesOver(
            String how, BiConsumer<ClusterRouters, GatewayPod> end, BiConsumer<ClusterRouters, GatewayPod> repair)
            throws Exception {
        awaitTwoRouters();
        String node = primary();
        GatewayPod pod = routers.podOf(node);
        String address = clusterAddress("web");

        long began = System.nanoTime();
        List<Outcome> byName = new ArrayList<>();
        List<Outcome> byAddress = new ArrayList<>();
        try {
            end.accept(routers, pod);
            await().atMost(TAKEOVER).pollInterval(Duration.ofMillis(50)).until(() -> {
                Outcome named = request(SERVICE, PORT);
                Outcome addressed = request(address, PORT);
                byName.add(named);
                byAddress.add(addressed);
                return named.equals(Outcome.OK)
                        && addressed.equals(Outcome.OK)
                        && !primary().equals(node);
            });
        } finally {
            repair.accept(routers, pod);
        }
        byName.removeIf(Outcome.OK::equals);
        byAddress.removeIf(Outcome.OK::equals);
        System.out.printf(
                "cluster ingress: the router %s, the other serves after %d ms, between: by name %s, by address %s%n",
                how, Duration.ofNanos(System.nanoTime() - began).toMillis(), byName, byAddress);

        assertThat(byAddress).extracting(Outcome::status).isSubsetOf(502, 504);
        // The cluster's name server is behind the router, too: 503 is TailnetUnavailable.
        assertThat(byName).extracting(Outcome::status).isSubsetOf(502, 503, 504);
        assertThat(Stream.concat(byName.stream(), byAddress.stream()))
                .extracting(Outcome::error)
                .doesNotContain("");
    }

    private void awaitTwoRouters() {
        routers.awaitReady();
        await().atMost(TIMEOUT).untilAsserted(() -> {
            tailnet.control().approveOfferedRoutes(ClusterRouters.SERVICES);
            assertThat(tailnet.control().routersOf(ClusterRouters.SERVICES)).hasSize(2);
            assertThat(request(SERVICE, PORT)).isEqualTo(Outcome.OK);
        });
    }

    private String primary() {
        List<String> nodes = tailnet.control().routersOf(ClusterRouters.SERVICES);
        return nodes.isEmpty() ? "" : nodes.get(0);
    }

    private String clusterAddress(String service) {
        return cluster.kubectl("--namespace=shop", "get", "service", service, "--output=jsonpath={.spec.clusterIP}");
    }

    private String podAddress() {
        return cluster.kubectl("--namespace=shop", "get", "pod", "web", "--output=jsonpath={.status.podIP}");
    }

    /** @param error the name of the proxy's error, empty for a response of the target */
    private record Outcome(int status, String error, String body) {

        static final Outcome OK = new Outcome(200, "", "OK");
    }

    private Outcome request(String host, int port) throws Exception {
        Map<String, String> headers =
                Map.of("ts-target-ip", host, "ts-target-port", Integer.toString(port), "ts-timeout-ms", "3000");
        HttpResponse<byte[]> response = proxy.sendWithHeaders("GET", "/health", headers, new byte[0]);
        String error = response.headers().firstValue("ts-error-name").orElse("");
        return new Outcome(
                response.statusCode(),
                error,
                error.isEmpty() ? new String(response.body(), StandardCharsets.UTF_8) : "");
    }
}
