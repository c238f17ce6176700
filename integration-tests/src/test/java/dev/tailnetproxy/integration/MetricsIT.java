package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The metrics of a request, as they leave the execution environment. */
@FirstLane
class MetricsIT {

    private static final Map<String, String> METRIC_HEADERS = Map.of(
            "ts-metric-service", "orders",
            "ts-metric-dimension-name", "site",
            "ts-metric-dimension-value", "factory-7");

    private final Tailnet tailnet;

    MetricsIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @Test
    void cloudWatchMetricsArePublishedWithinInvocation() throws Exception {
        Map<String, String> settings = Map.of(
                "TS_HOSTNAME", "cloudwatch",
                "TS_PROXY_METRICS", "cloudwatch",
                "AWS_ENDPOINT_URL_CLOUDWATCH", tailnet.secrets().endpoint());
        try (DeployedProxy proxy = DeployedProxy.start(tailnet, settings)) {
            assertThat(proxy.send("GET", "/hello", METRIC_HEADERS, new byte[0]).statusCode())
                    .isEqualTo(200);

            assertThat(tailnet.secrets().listMetrics("tailscale-service"))
                    .contains("success", "duration", "orders", "factory-7");
        }
    }

    @Test
    void embeddedMetricFormatIsDefault() throws Exception {
        try (DeployedProxy proxy = DeployedProxy.start(tailnet, Map.of("TS_HOSTNAME", "embedded"))) {
            proxy.send("GET", "/hello", METRIC_HEADERS, new byte[0]);
            sendToClosedPort(proxy);

            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(countEmbeddedMetrics(proxy, "success")).isEqualTo(1);
                assertThat(countEmbeddedMetrics(proxy, "failure")).isEqualTo(1);
            });
        }
    }

    private void sendToClosedPort(DeployedProxy proxy) {
        try (TailscaleProxyClient client =
                proxy.clientFor(Target.of(tailnet.target().address(), 1))) {
            HttpRequest.Builder request = client.request("/hello");
            METRIC_HEADERS.forEach(request::header);

            assertThatThrownBy(() -> client.send(request.build())).isInstanceOf(ProxyException.class);
        }
    }

    private static long countEmbeddedMetrics(DeployedProxy proxy, String metric) {
        return proxy.environment()
                .getLogs()
                .lines()
                .filter(line -> line.startsWith("{") && line.contains("CloudWatchMetrics"))
                .map(JsonObject::new)
                .filter(line -> line.getString("site", "").equals("factory-7") && line.getInteger(metric, 0) == 1)
                .count();
    }
}
