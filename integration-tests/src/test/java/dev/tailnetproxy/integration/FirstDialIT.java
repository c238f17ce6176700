package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.integration.TailnetExtension.DefaultChangeDelay;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Scenario: a function dials within milliseconds of joining, when its peers may not have heard of the node yet. Without
 * the layer's ping the dial would hang for the five seconds after which a WireGuard handshake is repeated, and the SOCKS5
 * port gives up just then.
 */
@FirstLane
class FirstDialIT {

    private final Tailnet shortDelay;
    private final Tailnet longDelay;

    FirstDialIT(Tailnet shortDelay, @DefaultChangeDelay Tailnet longDelay) {
        this.shortDelay = shortDelay;
        this.longDelay = longDelay;
    }

    @ParameterizedTest
    @CsvSource({"prompt, false", "prompt, true", "slow, false", "slow, true"})
    void firstDialWaitsUntilTargetKnowsNode(String control, String tailnetOnly) {
        Tailnet tailnet = control.equals("slow") ? longDelay : shortDelay;
        Map<String, String> settings = Map.of(
                "TS_HOSTNAME", "dials-at-once-" + tailnetOnly, "TS_TAILNET_ONLY", tailnetOnly, "TS_LOG_LEVEL", "debug");
        try (LayerFunction function = LayerFunction.start(tailnet, settings)) {
            String waited = "first dial to " + Tailnet.TARGET_NAME + ": reachable after";
            assertThat(function.invoke()).isEqualTo(HELLO);

            // Docker reads a container's output a little later.
            await().untilAsserted(() -> assertThat(function.log()).containsOnlyOnce(waited));
            assertThat(function.invoke()).isEqualTo(HELLO);
            assertThat(function.log()).containsOnlyOnce(waited);
        }
    }

    /** The first ping through the tunnel gets a reply, because it is sent when the exit node knows the node. */
    @Test
    void pingWaitsUntilExitNodeKnowsNode() {
        longDelay.target().advertiseExitNode();
        longDelay.control().approveExitNode(Tailnet.TARGET_NAME);
        Map<String, String> settings =
                Map.of("TS_HOSTNAME", "exits-at-once", "TS_EXIT_NODE", Tailnet.TARGET_NAME, "TS_LOG_LEVEL", "debug");
        try (LayerFunction function = LayerFunction.start(longDelay, settings)) {
            assertThat(function.invoke()).isEqualTo(HELLO);

            assertThat(function.log())
                    .contains("joined the tailnet")
                    .doesNotContain("exit node " + Tailnet.TARGET_NAME + ", ping 1 of");
        } finally {
            longDelay.control().revokeRoutes(Tailnet.TARGET_NAME);
        }
    }
}
