package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.localstack.tailnet.PublicNetwork;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.ServerContainer;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.localstack.target.ClientAddressService;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests through an exit node to a service on the internet that responds with its caller's address. The functions
 * reach that service directly as well, as they do outside of a VPC: a request that went around the exit node would be
 * responded, with the function's own address.
 */
@SecondLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExitNodeTrafficIT {

    private static final String EXIT_NODE = "exit";
    private static final String SERVICE_NAME = "client-address.example";
    private static final int SERVICE_PORT = 8000;
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final Tailnet tailnet;
    private PublicNetwork internet;
    private ServerContainer service;
    private String serviceAddress;
    private TargetNode exitNode;
    private DeployedProxy proxy;
    private LayerFunction layerOnly;

    ExitNodeTrafficIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() {
        internet = tailnet.createPublicNetwork();
        service = tailnet.startServerOutsideTailnet(
                internet, ClientAddressService.class, SERVICE_NAME, Integer.toString(SERVICE_PORT));
        serviceAddress = internet.addressOf(service);
        exitNode = tailnet.startExitNode(EXIT_NODE, internet);
        String allowed = String.join(
                ",",
                internet.subnet() + ":" + SERVICE_PORT,
                SERVICE_NAME + ":" + SERVICE_PORT,
                tailnet.privateAddress(tailnet.secrets()));
        proxy = DeployedProxy.start(
                tailnet,
                Map.of("TS_HOSTNAME", "through-exit", "TS_EXIT_NODE", EXIT_NODE, "TS_PROXY_ALLOWED_TARGETS", allowed));
        internet.attach(proxy.environment());
        layerOnly =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "layer-through-exit", "TS_EXIT_NODE", EXIT_NODE));
        internet.attach(layerOnly.environment());
        layerOnly.invoke();
    }

    @AfterAll
    void remove() {
        layerOnly.close();
        proxy.close();
        exitNode.stop();
        service.stop();
        internet.close();
    }

    @Test
    @Order(1)
    void routesRequestsToAddress() throws Exception {
        assertThat(throughProxy(serviceAddress)).isEqualTo(internet.addressOf(exitNode));
    }

    @Test
    @Order(1)
    void routesRequestsToNameResolvedByExitNode() throws Exception {
        assertThat(throughProxy(SERVICE_NAME)).isEqualTo(internet.addressOf(exitNode));
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"socks5", "socks5h", "http"})
    void routesRequestsOfLayerWithoutProxy(String scheme) {
        assertThat(throughPort(scheme, serviceAddress)).isEqualTo(internet.addressOf(exitNode));
    }

    @Test
    @Order(1)
    void rejectsTargetThatIsNotAllowed() throws Exception {
        assertThat(bodyOrErrorName(proxy, serviceAddress, SERVICE_PORT + 1)).isEqualTo("TargetNotAllowed");
    }

    /** Exit nodes lead to the internet, not into private networks: this one drops it. */
    @Test
    @Order(1)
    void doesNotDialPrivateNeighbourDirectly() throws Exception {
        assertThat(bodyOrErrorName(proxy, tailnet.privateAddress(tailnet.secrets()), SecretsManager.PORT))
                .isEqualTo("Timeout");
    }

    @Test
    @Order(1)
    void withoutAnExitNodeThereIsNoRoute() throws Exception {
        try (DeployedProxy without = DeployedProxy.start(
                tailnet, Map.of("TS_HOSTNAME", "without-exit", "TS_PROXY_ALLOWED_TARGETS", internet.subnet()))) {
            internet.attach(without.environment());

            assertThat(bodyOrErrorName(without, serviceAddress, SERVICE_PORT)).isEqualTo("NoTailnetRoute");
            assertThat(clientAddresses()).doesNotContain(internet.addressOf(without.environment()));
        }
    }

    /** Nodes keep an exit node that lost its approval, and it stays online: only its routes are gone. */
    @Test
    @Order(2)
    void dialsNothingWhileNotApproved() throws Exception {
        tailnet.control().revokeRoutes(EXIT_NODE);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(throughProxy(serviceAddress)).isEqualTo("TailnetUnavailable"));
        assertNoRequestRouted();

        tailnet.control().approveExitNode(EXIT_NODE);
        awaitAllRequestsRouted();
    }

    @Test
    @Order(3)
    void dialsNothingWhileDown() throws Exception {
        exitNode.stop();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(throughProxy(serviceAddress)).isEqualTo("TailnetUnavailable"));
        assertNoRequestRouted();
    }

    @Test
    @Order(4)
    void dialsNothingAfterRemoval() throws Exception {
        tailnet.control().deleteNode(EXIT_NODE);
        await().atMost(TIMEOUT).until(() -> layerOnly
                .run("/opt/bin/tailscale", "status")
                .lines()
                .noneMatch(ExitNodeTrafficIT::isOfExitNode));
        assertNoRequestRouted();
    }

    /** The name is the second column; other machines may offer themselves as an exit node, too. */
    private static boolean isOfExitNode(String statusLine) {
        return statusLine.matches("\\S+\\s+" + EXIT_NODE + "\\s.*");
    }

    @Test
    @Order(5)
    void replacementOfSameNameIsUsed() {
        exitNode = tailnet.startExitNode(EXIT_NODE, internet);
        awaitAllRequestsRouted();
    }

    private void awaitAllRequestsRouted() {
        String itsAddress = internet.addressOf(exitNode);
        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(throughProxy(serviceAddress)).isEqualTo(itsAddress);
            assertThat(throughProxy(SERVICE_NAME)).isEqualTo(itsAddress);
            assertThat(throughPort("http", serviceAddress)).isEqualTo(itsAddress);
            assertThat(throughPort("socks5h", SERVICE_NAME)).isEqualTo(itsAddress);
        });
    }

    private void assertNoRequestRouted() throws Exception {
        assertThat(throughProxy(serviceAddress)).isEqualTo("TailnetUnavailable");
        assertThat(throughProxy(SERVICE_NAME)).isEqualTo("TailnetUnavailable");
        assertThat(throughPort("socks5", serviceAddress)).isEmpty();
        assertThat(throughPort("http", serviceAddress)).isEmpty();
        assertThat(clientAddresses())
                .doesNotContain(internet.addressOf(proxy.environment()), internet.addressOf(layerOnly.environment()));
    }

    private String throughProxy(String host) throws Exception {
        return bodyOrErrorName(proxy, host, SERVICE_PORT);
    }

    /** What the service responded, or the name of the proxy's error. */
    private static String bodyOrErrorName(DeployedProxy proxy, String host, int port) throws Exception {
        try (TailscaleProxyClient client = proxy.clientFor(Target.of(host, port))) {
            return client.send(
                            client.request("/").header("ts-timeout-ms", "8000").build(), BodyHandlers.ofString())
                    .body();
        } catch (ProxyException error) {
            return error.errorName();
        }
    }

    /** What the service responded a program that uses the layer's port; empty when it did not. */
    private String throughPort(String scheme, String host) {
        return layerOnly.run(
                "curl",
                "-s",
                "-m",
                "8",
                "--proxy",
                scheme + "://127.0.0.1:1055",
                "http://" + host + ":" + SERVICE_PORT);
    }

    /** From where the service was dialled until now, with or without a request. */
    private Set<String> clientAddresses() {
        return service.getLogs()
                .lines()
                .filter(line -> line.startsWith(ClientAddressService.CONNECTION))
                .map(line -> line.substring(ClientAddressService.CONNECTION.length()))
                .collect(Collectors.toSet());
    }
}
