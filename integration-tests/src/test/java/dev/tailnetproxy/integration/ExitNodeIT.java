package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An exit node is chosen when it is there, and its absence is said. {@link ExitNodeTrafficIT} sends requests through one. */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExitNodeIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Tailnet tailnet;

    ExitNodeIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void advertiseExitNode() {
        tailnet.target().advertiseExitNode();
        tailnet.control().approveExitNode(Tailnet.TARGET_NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"by name", "by address"})
    void availableExitNodeIsSelected(String how) {
        String exitNode =
                how.equals("by name") ? Tailnet.TARGET_NAME : tailnet.target().address();
        try (LayerFunction function =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "with-exit", "TS_EXIT_NODE", exitNode))) {
            function.invoke();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().phase()).isEqualTo("running"));

            assertThat(function.state().problem()).isEmpty();
            assertThat(function.run("/opt/bin/tailscale", "status").lines())
                    .anyMatch(line -> line.contains(Tailnet.TARGET_NAME) && line.contains("; exit node"));
        }
    }

    @Test
    void missingRequiredExitNodePreventsRunning() {
        try (LayerFunction function =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "no-exit", "TS_EXIT_NODE", "nowhere"))) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains("ExitNodeDown"));
            assertThat(function.state().phase()).isNotEqualTo("running");
            assertThat(statusOutsideOfTheTailnet(function)).isEqualTo("502");
        }
    }

    @Test
    void missingOptionalExitNodeIsReported() {
        Map<String, String> settings =
                Map.of("TS_HOSTNAME", "maybe-exit", "TS_EXIT_NODE", "nowhere", "TS_EXIT_NODE_REQUIRED", "false");
        try (LayerFunction function = LayerFunction.start(tailnet, settings)) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains("ExitNodeDown"));
            assertThat(function.state().phase()).isEqualTo("running");
            assertThat(statusOutsideOfTheTailnet(function)).isEqualTo("200");
        }
    }

    /** What a program hears that uses the layer's port for an address that no node routes; the port itself says 502. */
    private String statusOutsideOfTheTailnet(LayerFunction function) {
        String url = "http://" + tailnet.privateAddress(tailnet.secrets()) + ":" + SecretsManager.PORT + "/moto-api/";
        return function.run(
                "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--proxy", "http://127.0.0.1:1055", url);
    }
}
