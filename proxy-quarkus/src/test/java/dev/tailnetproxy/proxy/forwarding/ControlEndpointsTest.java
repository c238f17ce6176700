package dev.tailnetproxy.proxy.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests for the proxy itself call no target. */
class ControlEndpointsTest {

    @TempDir
    Path dir;

    private static JsonObject tailnet(ProxyResponse response) {
        return new JsonObject(TestProxy.text(response)).getJsonObject("tailnet");
    }

    @Test
    void healthReportsNode() {
        try (TestProxy proxy = TestProxy.options().start()) {
            // Warming up waits for the node, so that health then knows it.
            ProxyResponse warm = proxy.call("GET")
                    .header("ts-warmer", "true")
                    .header("ts-warmer-hold-ms", "20")
                    .send();
            ProxyResponse health = proxy.call("GET").header("ts-health", "true").send();

            assertThat(new JsonObject(TestProxy.text(warm)).getBoolean("warm")).isTrue();
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.headers().contains("ts-error-name")).isFalse();
            await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
            JsonObject node =
                    tailnet(proxy.call("GET").header("ts-health", "true").send());
            assertThat(node.getBoolean("joined")).isTrue();
            assertThat(node.getString("name")).isEqualTo("proxy.tailnet.test");
            assertThat(node.getJsonArray("addresses"))
                    .isEqualTo(new JsonArray().add("100.64.0.1").add("fd7a:115c:a1e0::1"));
            assertThat(node.getString("version")).isEqualTo("1.102.5");
            assertThat(proxy.socks().dials()).isEmpty();
        }
    }

    @Test
    void warmUpHoldsEnvironmentWhenJoined() {
        try (TestProxy proxy = TestProxy.options().start()) {
            assertThat(TestProxy.outcome(proxy.call("GET").to("100.64.9.9", 80).send()))
                    .isEqualTo("TargetNotAllowed");
            Future<ProxyResponse> held = proxy.call("GET")
                    .header("ts-warmer", "true")
                    .header("ts-warmer-hold-ms", "30000")
                    .begin();
            assertThat(tailnet(proxy.call("GET").header("ts-health", "true").send())
                            .getBoolean("joined"))
                    .isTrue();

            assertThat(held.isComplete()).isFalse();
        }
    }

    @Test
    void healthReportsUnavailableReason() {
        try (TestProxy proxy = TestProxy.options().start()) {
            proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
            await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("NeedsLogin")));
            JsonObject node =
                    tailnet(proxy.call("GET").header("ts-health", "true").send());

            assertThat(node.getBoolean("joined")).isFalse();
            assertThat(node.getString("reason")).isEqualTo("the node is not logged in to the tailnet");
        }
    }

    @Test
    void healthReportsExtensionProblem() throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(
                file,
                """
                {"schema":1,"phase":"recovering","problem":{"code":"KeyRejected","message":"The key was refused.",
                "since":"2026-01-01T00:00:00Z","attempts":3,"definite":true},"updated":"2026-01-01T00:00:10Z"}
                """);
        try (TestProxy proxy = TestProxy.options().stateFile(file).start()) {
            for (boolean joined : List.of(true, false)) {
                proxy.localApi()
                        .setStatus(joined ? TailnetStatus.joined().json() : TailnetStatus.notJoined("NeedsLogin"));
                await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined == joined);
                JsonObject node =
                        tailnet(proxy.call("GET").header("ts-health", "true").send());

                assertThat(node.getBoolean("joined")).isEqualTo(joined);
                assertThat(node.getString("reason")).isEqualTo("KeyRejected: The key was refused.");
                assertThat(node.getJsonObject("problem"))
                        .isEqualTo(new JsonObject()
                                .put("code", "KeyRejected")
                                .put("since", "2026-01-01T00:00:00Z")
                                .put("attempts", 3)
                                .put("definite", true));
            }
        }
    }

    @Test
    void healthReportsForwards() throws Exception {
        String forward =
                """
                {"address":"127.0.0.1:5432","target":"db:5432","open":1,"dials":12,"failures":2,\
                "lastError":{"cause":"ConnectionRefused","message":"It refuses.","at":"2026-01-01T00:00:05Z"}}""";
        Path file = dir.resolve("state.json");
        Files.writeString(
                file, "{\"schema\":1,\"phase\":\"running\",\"problem\":null,\"forwards\":[7," + forward + "]}");
        try (TestProxy proxy = TestProxy.options().stateFile(file).start()) {
            for (String name : List.of("ts-health", "ts-warmer")) {
                assertThat(new JsonObject(TestProxy.text(
                                        proxy.call("GET").header(name, "true").send()))
                                .getJsonArray("forwards"))
                        .as(name)
                        .isEqualTo(new JsonArray().add(new JsonObject(forward)));
            }
        }
    }

    @Test
    void healthHasNoForwardsWithoutStateFile() {
        try (TestProxy proxy = TestProxy.options().start()) {
            assertThat(TestProxy.text(
                            proxy.call("GET").header("ts-health", "true").send()))
                    .contains("\"tailnet\"")
                    .doesNotContain("forwards");
        }
    }

    @Test
    void healthRequiresGet() {
        try (TestProxy proxy =
                TestProxy.options().joinWait(Duration.ofMillis(1)).start()) {
            assertThat(TestProxy.text(
                            proxy.call("POST").header("ts-health", "true").send()))
                    .doesNotContain("\"proxy\"");
        }
    }

    @Test
    void invalidHoldTimeIsRejected() {
        try (TestProxy proxy = TestProxy.options().start()) {
            for (String hold : List.of("30001", "-1", "x", "")) {
                assertThat(TestProxy.outcome(proxy.call("GET")
                                .header("ts-warmer", "true")
                                .header("ts-warmer-hold-ms", hold)
                                .send()))
                        .isEqualTo("InvalidHeader");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorName.class)
    void legacyErrorsUse400And500(ErrorName name) {
        int expected = name.status() == 400 ? 400 : 500;
        try (TestProxy proxy = TestProxy.options().legacy().start()) {
            ProxyResponse response = proxy.proxy().errorResponse(new ProxyFailure(name, "a reason"));

            assertThat(response.status()).isEqualTo(expected);
            assertThat(TestProxy.outcome(response)).isEqualTo(name.wireName());
            assertThat(new JsonObject(TestProxy.text(response)).getInteger("status"))
                    .isEqualTo(expected);
            assertThat(response.headers().all("ts-error")).isEqualTo(expected == 400 ? List.of("a reason") : List.of());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ts-target-port, 0, InvalidTarget, 400",
        "ts-target-port, '', MissingTarget, 400",
        "ts-https, perhaps, InvalidHeader, 400",
        "ts-timeout-ms, -1, InvalidHeader, 400",
        "ts-target-ip, 127.0.0.1, TargetNotAllowed, 500"
    })
    void legacyErrorsApplyToRequests(String header, String value, String error, int status) throws Exception {
        try (TestProxy proxy = TestProxy.options().legacy().start()) {
            FunctionResponse response = proxy.function()
                    .invoke(
                            FunctionEventBuilder.get("/")
                                    .target(TestProxy.PEER, 80)
                                    .header(header, value)
                                    .json(),
                            30_000);

            assertThat(response.header("ts-error-name")).isEqualTo(error);
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.header("ts-error") != null).isEqualTo(status == 400);
        }
    }
}
