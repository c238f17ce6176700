package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A private address behind a subnet router. The server there is also a neighbour of the execution environment, as one in
 * the same VPC is: a request that tailscaled were let loose with would reach it all the same.
 */
@SecondLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SubnetRouterIT {

    private static final String ROUTER = "router";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** Allowed, too, but nobody listens there: it shows what the proxy knows without reaching anybody. */
    private static final int CLOSED_PORT = SecretsManager.PORT + 1;
    /** Of the layer's forward to the server. */
    private static final int FORWARD = 17000;

    private final Tailnet tailnet;
    private final String address;

    @AutoClose
    private TargetNode router;

    @AutoClose
    private DeployedProxy proxy;

    SubnetRouterIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.address = tailnet.privateAddress(tailnet.secrets());
    }

    @BeforeAll
    void deploy() {
        router = tailnet.startSubnetRouter(ROUTER);
        router.advertiseRoutes(address + "/32");
        tailnet.control().approveRoutes(ROUTER, address + "/32");
        String ports = SecretsManager.PORT + "-" + CLOSED_PORT;
        proxy = DeployedProxy.start(
                tailnet,
                Map.of(
                        "TS_HOSTNAME",
                        "to-subnet",
                        "TS_PROXY_ALLOWED_TARGETS",
                        address + ":" + ports,
                        "TS_FORWARDS",
                        FORWARD + "=" + address + ":" + SecretsManager.PORT));
    }

    @Test
    @Order(1)
    void subnetIsReachableThroughRouter() throws Exception {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(error(CLOSED_PORT, "/")).isEqualTo("ConnectionRefused"));

        assertThat(error(SecretsManager.PORT, "/moto-api/?through-the-router")).isEmpty();
        String routersOwn = tailnet.privateAddress(router);
        // The server writes its line when it has responded.
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(serverLog().lines())
                .as("the router's own connection reached it")
                .anyMatch(line -> line.contains("through-the-router") && line.startsWith(routersOwn + " ")));
        assertThat(statusThroughForward("/moto-api/?forwarded")).isEqualTo("200");
    }

    @Test
    @Order(2)
    void rejectsPortThatIsNotAllowed() throws Exception {
        assertThat(error(CLOSED_PORT + 1, "/")).isEqualTo("TargetNotAllowed");
    }

    @Test
    @Order(3)
    void dialsNothingWhenRouterIsDown() throws Exception {
        router.stop();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(error(CLOSED_PORT, "/")).isEqualTo("NoTailnetRoute"));

        assertThat(error(SecretsManager.PORT, "/moto-api/?let-loose")).isEqualTo("NoTailnetRoute");
        assertThat(statusThroughForward("/moto-api/?let-loose")).isEqualTo("000");
        assertThat(serverLog()).contains("through-the-router").doesNotContain("let-loose");
    }

    /** The name of the proxy's error, empty when the server responded. */
    private String error(int port, String path) throws Exception {
        try (TailscaleProxyClient client = proxy.clientFor(Target.of(address, port))) {
            client.send(client.request(path).header("ts-timeout-ms", "20000").build());
            return "";
        } catch (ProxyException error) {
            return error.errorName();
        }
    }

    private String statusThroughForward(String path) {
        String url = "http://127.0.0.1:" + FORWARD + path;
        return proxy.environment().run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url);
    }

    private String serverLog() {
        return tailnet.secrets().getLogs();
    }
}
