package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestLocalApi;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.proxy.tailnet.Shields;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the second port tells, and that a stop loses no request. */
class ManagementServerTest {

    private static final String REQUEST =
            "GET / HTTP/1.1\r\nhost: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n\r\n";

    @TempDir
    Path dir;

    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestProxy.options().listen();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private RawClient.ReceivedResponse ask(String method, String path) throws IOException {
        try (RawClient client = proxy.managementClient()) {
            return client.send(method + " " + path + " HTTP/1.1\r\nhost: proxy\r\n\r\n")
                    .response(method.equals("HEAD"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /q/health/live, 200",
        "HEAD, /q/health/live, 200",
        "GET, /q/metrics, 200",
        "GET, /, 404",
        "GET, /q/health/ready/, 404",
        "POST, /q/health/live, 405",
        "DELETE, /q/metrics, 405"
    })
    void servesHealthAndMetrics(String method, String path, int status) throws Exception {
        assertThat(ask(method, path).status()).isEqualTo(status);
    }

    @Test
    void readinessFollowsTailnet() throws Exception {
        awaitReadiness("UP");

        proxy.harness().localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
        awaitReadiness("DOWN");
        RawClient.ReceivedResponse down = ask("GET", "/q/health/ready");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.text().contains("the node is not logged in to the tailnet"))
                .as(down.text())
                .isTrue();
        assertThat(ask("GET", "/q/health/live").status())
                .as("a restart would not help")
                .isEqualTo(200);
        assertThat(ask("GET", "/q/metrics").text()).contains("tailnet_proxy_tailnet_joined 0.0");

        proxy.harness().localApi().setStatus(TailnetStatus.joined().json());
        awaitReadiness("UP");
    }

    @Test
    void readinessReportsExtensionProblem() throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(
                file,
                """
                {"problem":{"code":"AccessDenied","message":"Not allowed.","since":"2026-01-01T00:00:00Z",
                "attempts":7,"definite":true}}
                """);
        proxy.close();
        proxy = TestProxy.options().stateFile(file).listen();
        proxy.harness().localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
        JsonObject data = new JsonObject()
                .put("reason", "AccessDenied: Not allowed.")
                .put("code", "AccessDenied")
                .put("since", "2026-01-01T00:00:00Z")
                .put("attempts", 7)
                .put("definite", true);
        for (String status : List.of("DOWN", "UP")) {
            awaitReadiness(status);
            JsonObject check = new JsonObject(ask("GET", "/q/health/ready").text())
                    .getJsonArray("checks")
                    .getJsonObject(0);

            assertThat(check)
                    .isEqualTo(new JsonObject()
                            .put("name", "tailnet")
                            .put("status", status)
                            .put("data", data));
            proxy.harness().localApi().setStatus(TailnetStatus.joined().json());
        }
    }

    @Test
    void readinessTellsOfANodeThatTakesConnectionsFromTheTailnet() throws Exception {
        awaitReadiness("UP");
        assertThat(data()).as("shields are up").isNull();

        proxy.harness().localApi().prefs(TestLocalApi.usualPrefs().put("ShieldsUp", false));

        Awaitility.await().untilAsserted(() -> assertThat(data())
                .isEqualTo(new JsonObject().put("shieldsUp", false).put("warning", Shields.WARNING)));
        assertThat(ask("GET", "/q/health/ready").status())
                .as("it is of use all the same")
                .isEqualTo(200);

        proxy.harness().localApi().prefs(TestLocalApi.usualPrefs());

        Awaitility.await().untilAsserted(() -> assertThat(data()).isNull());
    }

    private JsonObject data() throws IOException {
        return new JsonObject(ask("GET", "/q/health/ready").text())
                .getJsonArray("checks")
                .getJsonObject(0)
                .getJsonObject("data");
    }

    private void awaitReadiness(String status) {
        Awaitility.await()
                .until(() -> new JsonObject(ask("GET", "/q/health/ready").text())
                        .getString("status")
                        .equals(status));
    }

    @Test
    void countsRequestsAndBytes() throws Exception {
        proxy.target().responds(RawTarget.bytes("HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello"));
        try (RawClient client = proxy.client()) {
            client.send(REQUEST).response();
            client.send("GET / HTTP/1.1\r\nhost: proxy\r\n\r\n").response();
        }

        // A request is counted when the proxy has seen its end, which may be after the caller has.
        Awaitility.await().untilAsserted(() -> {
            String metrics = ask("GET", "/q/metrics").text();
            for (String line : List.of(
                    "tailnet_proxy_requests_seconds_count{error=\"none\",status=\"404\"} 1",
                    "tailnet_proxy_requests_seconds_count{error=\"MissingTarget\",status=\"400\"} 1",
                    "tailnet_proxy_requests_in_flight 0.0",
                    "tailnet_proxy_tailnet_joined 1.0")) {
                assertThat(metrics.contains(line))
                        .as(() -> line + " is not in\n" + metrics)
                        .isTrue();
            }
        });
        assertThat(ask("GET", "/q/metrics").text().contains(TestProxy.PEER))
                .as("targets are callers' words")
                .isFalse();
    }

    @Test
    void hasEachSeriesOfTheChartsDashboard() throws Exception {
        String dashboard = Files.readString(Path.of("../deploy/helm/tailnet-proxy/files/dashboard.json"));
        List<String> series = Pattern.compile("tailnet_proxy_[a-z_]+")
                .matcher(dashboard)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        proxy.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        try (RawClient client = proxy.client()) {
            client.send(REQUEST).response();
        }

        assertThat(series).hasSizeGreaterThan(8);
        Awaitility.await().untilAsserted(() -> {
            String metrics = ask("GET", "/q/metrics").text();
            assertThat(series).allSatisfy(name -> assertThat(metrics).containsPattern("(?m)^" + name + "[{ ]"));
        });
    }

    @Test
    void stopWaitsForInFlightRequests() throws Exception {
        Awaitility.await().until(() -> proxy.harness().tailnet().state() instanceof TailnetState.Joined);
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch mayRespond = new CountDownLatch(1);
        proxy.target().responds((request, out) -> {
            arrived.countDown();
            mayRespond.await();
            return RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .write(request, out);
        });
        try (RawClient client = proxy.client()) {
            client.send(REQUEST);
            arrived.await();

            Future<Void> drained = proxy.server().drain();

            assertThat(ask("GET", "/q/health/ready").status()).isEqualTo(503);
            assertThat(drained.isComplete()).isFalse();
            mayRespond.countDown();
            RawClient.ReceivedResponse response = client.response();
            assertThat(response.text()).isEqualTo("ok");
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            TestServer.await(drained);
        }
    }

    @Test
    void stopTimeoutIsLogged() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        TestServer shortTimeout =
                TestProxy.options().drainTimeout(Duration.ofMillis(1)).listen();
        shortTimeout.target().responds((request, out) -> {
            arrived.countDown();
            return true;
        });
        try (shortTimeout;
                CapturedLog log = CapturedLog.of(ProxyServer.class.getName());
                RawClient client = shortTimeout.client()) {
            client.send(REQUEST);
            arrived.await();
            TestServer.await(shortTimeout.server().drain());

            assertThat(log.warnings())
                    .isEqualTo(List.of("1 requests are still in flight after 1 ms, and end with the process"));
        }
    }
}
