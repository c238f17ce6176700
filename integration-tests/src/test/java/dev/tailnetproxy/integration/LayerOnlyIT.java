package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenario: a function in another language with only the layer reaches a private host through SOCKS5. */
@FirstLane
class LayerOnlyIT {

    private final Tailnet tailnet;

    LayerOnlyIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @Test
    void reachesAPrivateHostByItsMagicDnsNameAtTheFirstInvocation() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "layer-only"))) {
            assertThat(function.invoke()).isEqualTo(HELLO);
            assertThat(function.state().phase()).isEqualTo("running");
        }
    }

    /** Texts that mean something to curl or to a shell, and bytes that a variable of a shell loses. */
    @Test
    void preservesHostResponse() throws Exception {
        ScriptedTargetControl host = new ScriptedTargetControl(tailnet.target().scriptedTarget());
        // Glob characters: what stands in the URL is asked for as it stands.
        String url = "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.SCRIPTED_PORT + "/{a,b}[1-2]";
        try (LayerFunction function =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "byte-for-byte", "TARGET_URL", url))) {
            for (String body : List.of(
                    "@/proc/self/environ",
                    "@-",
                    "@",
                    "</etc/passwd",
                    "-K/etc/passwd",
                    "--next",
                    "a=@/etc/passwd;type=text/plain",
                    "",
                    "%s%n%(AWS_REGION)",
                    "$(id)`id`${PATH}",
                    "\\x41\\n",
                    "line\r\nline\n\n\n",
                    "\n",
                    " blanks ",
                    "a\u0000b\u0000",
                    "größe",
                    "{\"json\": [1]}\n")) {
                host.respondWith(response(body), "close");

                assertThat(function.invoke()).isEqualTo(body);
                assertThat(host.receivedRequests().get(0).requestTarget()).isEqualTo("/{a,b}[1-2]");
            }
        }
    }

    @Test
    void reportsUnreachableHostAndLogsDetails() throws Exception {
        ScriptedTargetControl host = new ScriptedTargetControl(tailnet.target().scriptedTarget());
        String url = "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.SCRIPTED_PORT + "/";
        host.respondWith("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n@/proc/self/environ".getBytes(UTF_8), "close");
        try (LayerFunction function =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "half-a-response", "TARGET_URL", url))) {
            assertThat(function.invoke()).contains("Target.Unreachable").doesNotContain("TS_HOSTNAME");
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(function.log())
                    .contains("the private host did not respond: curl: (18)"));

            host.respondWith(response("whole again"), "close");
            assertThat(function.invoke()).isEqualTo("whole again");
        }
    }

    private static byte[] response(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return ("HTTP/1.1 200 OK\r\ncontent-length: " + bytes.length + "\r\n\r\n" + body).getBytes(UTF_8);
    }

    @Test
    void servesHttpProxyClientsOnTheSamePort() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "http-proxy"))) {
            function.invoke();

            assertThat(function.run("curl", "-s", "--proxy", "http://127.0.0.1:1055", "http://target:8080/hello"))
                    .isEqualTo(HELLO);
        }
    }

    /** A neighbour of the function, as one in the same VPC is, that is no machine of the tailnet. */
    @ParameterizedTest
    @CsvSource({"false, 200", "true, 000"})
    void dialsHostNetworkUnlessTailnetOnly(String tailnetOnly, String status) {
        String neighbour = tailnet.privateAddress(tailnet.secrets());
        try (LayerFunction function = LayerFunction.start(
                tailnet, Map.of("TS_HOSTNAME", "tailnet-only-" + tailnetOnly, "TS_TAILNET_ONLY", tailnetOnly))) {
            assertThat(function.invoke()).isEqualTo(HELLO);

            String url = "http://" + neighbour + ":" + SecretsManager.PORT + "/moto-api/";
            String proxy = "socks5://127.0.0.1:1055";
            assertThat(function.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--proxy", proxy, url))
                    .isEqualTo(status);
        }
    }

    @Test
    void authKeyIsNotExposed() {
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
