package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.integration.tailnet.SecretsManager;
import dev.tailnetproxy.integration.tailnet.Tailnet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenario: a function in another language with only the layer reaches a private host through SOCKS5. */
@ExtendWith(TailnetExtension.class)
class LayerOnlyIT {

    private final Tailnet tailnet;

    LayerOnlyIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @Test
    void reachesAPrivateHostByItsMagicDnsNameAtTheFirstInvocation() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "layer-only"))) {
            assertThat(function.invoke()).isEqualTo("hello from a private machine");
            assertThat(function.state().phase()).isEqualTo("running");
        }
    }

    @Test
    void servesHttpProxyClientsOnTheSamePort() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "http-proxy"))) {
            function.invoke();

            assertThat(function.run("curl", "-s", "--proxy", "http://127.0.0.1:1055", "http://target:8080/hello"))
                    .isEqualTo("hello from a private machine\n");
        }
    }

    /** A neighbour of the function, as one in the same VPC is, that is no machine of the tailnet. */
    @ParameterizedTest
    @CsvSource({"false, 200", "true, 000"})
    void dialsTheFunctionsOwnNetworkUnlessItIsForTheTailnetOnly(String tailnetOnly, String status) {
        String neighbour = tailnet.privateAddress(tailnet.secrets());
        try (LayerFunction function = LayerFunction.start(
                tailnet, Map.of("TS_HOSTNAME", "tailnet-only-" + tailnetOnly, "TS_TAILNET_ONLY", tailnetOnly))) {
            assertThat(function.invoke()).isEqualTo("hello from a private machine");

            String url = "http://" + neighbour + ":" + SecretsManager.PORT + "/moto-api/";
            String proxy = "socks5://127.0.0.1:1055";
            assertThat(function.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--proxy", proxy, url))
                    .isEqualTo(status);
        }
    }

    @Test
    void keepsTheKeyOutOfLogsArgumentsEnvironmentsAndFiles() {
        try (LayerFunction function =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "discreet", "TS_LOG_LEVEL", "debug"))) {
            function.invoke();
            String everything = function.log()
                    + function.run("sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'")
                    + function.run("sh", "-c", "find /tmp -type f -exec cat {} + | tr -c '[:print:]' '\\n'");

            assertThat(everything).isNotEmpty().doesNotContain(tailnet.authKey());
            assertThat(function.run("sh", "-c", "stat -c %a /tmp/tailscale").strip())
                    .isEqualTo("700");
            assertThat(function.run("sh", "-c", "find / -xdev -user 993 -not -path '/tmp*' -not -path '/proc*'"))
                    .isBlank();
        }
    }

    @Test
    void leavesTheTailnetOnShutdown() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "leaving"))) {
            function.invoke();
            assertThat(tailnet.control().nodeNames()).contains("leaving");

            function.environment().shutDown();

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(tailnet.control().nodeNames()).doesNotContain("leaving"));
        }
    }
}
