package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy as a container, with tailscaled beside it. */
@FirstLane
class ContainerIT {

    private static final AtomicInteger PODS = new AtomicInteger();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Tailnet tailnet;
    private String name = "";

    @AutoClose
    private EgressPod pod;

    ContainerIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeEach
    void start() {
        // A name of its own: the nodes of earlier pods are peers now.
        name = "egress-" + PODS.incrementAndGet();
        pod = tailnet.startPod(name, Map.of());
        await().atMost(Duration.ofSeconds(30)).until(() -> readiness() == 200);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(pod.requests().resolve(path))
                .header("ts-target-ip", Tailnet.TARGET_NAME)
                .header("ts-target-port", Integer.toString(TargetNode.SERVICE_PORT));
    }

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private int readiness() throws IOException, InterruptedException {
        return get(pod.management().resolve("/q/health/ready")).statusCode();
    }

    @Test
    void forwardsRequestAndCountsIt() throws Exception {
        HttpResponse<String> response = http.send(request("/hello").build(), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo(HELLO);
        // It is counted when the proxy has seen its end, which may be after the caller has.
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        get(pod.management().resolve("/q/metrics")).body())
                .contains("tailnet_proxy_requests_seconds_count{error=\"none\",status=\"200\"} 1"));
        assertThat(get(pod.management().resolve("/q/health/live")).statusCode()).isEqualTo(200);
    }

    @Test
    void streamsBodiesLargerThanMemory() throws Exception {
        byte[] body = new byte[150_000_000];
        new Random(1).nextBytes(body);
        // Without a declared length, so that it goes in chunks.
        BodyPublisher chunks = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));

        HttpResponse<byte[]> response = http.send(request("/body").POST(chunks).build(), BodyHandlers.ofByteArray());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
        assertThat(pod.outOfMemory()).isFalse();
    }

    @Test
    void responseInProgressCompletesDuringShutdown() throws Exception {
        int length = 50_000_000;
        HttpRequest request = request("/body")
                .POST(BodyPublishers.ofByteArray(new byte[length]))
                .build();
        try (InputStream response =
                http.send(request, BodyHandlers.ofInputStream()).body()) {
            int first = response.readNBytes(1000).length;
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(pod::terminate);
            await().atMost(Duration.ofSeconds(30)).until(() -> readiness() == 503);

            assertThat(first + response.readAllBytes().length).isEqualTo(length);
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(60));
            assertThat(pod.proxyLog())
                    .as("the last lines are not lost")
                    .anyMatch(line -> line.contains("\"bytesOut\":\"" + length + "\""));
        }
    }

    @Test
    void isNotReadyOutsideTheTailnet() throws Exception {
        pod.leaveTailnet();

        await().atMost(Duration.ofSeconds(30)).until(() -> readiness() == 503);
        HttpResponse<String> response =
                http.send(request("/hello").header("ts-timeout-ms", "200").build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("ts-error-name")).hasValue("TailnetUnavailable");
        assertThat(response.headers().firstValue("ts-error-message")).hasValue("the node is stopped");
        assertThat(get(pod.management().resolve("/q/health/live")).statusCode()).isEqualTo(200);
    }

    @Test
    void readinessTellsOfANodeThatTakesConnectionsFromTheTailnet() throws Exception {
        URI readiness = pod.management().resolve("/q/health/ready");
        assertThat(get(readiness).body()).doesNotContain("shieldsUp");

        pod.shieldsUp(false);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(get(readiness).body()).contains("\"status\":\"UP\"", "\"shieldsUp\":false"));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(pod.proxyLog())
                .filteredOn(line -> line.contains("--shields-up"))
                .hasSize(1));

        pod.shieldsUp(true);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(get(readiness).body()).doesNotContain("shieldsUp"));
    }

    @Test
    void rejectsLoopbackAndOwnNode() throws Exception {
        for (String target : new String[] {"127.0.0.1", "localhost", name, "169.254.169.254", "100.100.100.100"}) {
            HttpRequest request = HttpRequest.newBuilder(pod.requests())
                    .header("ts-target-ip", target)
                    .header("ts-target-port", "9000")
                    .build();
            assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
                    .as(target)
                    .isEqualTo(403);
        }
    }
}
