package dev.tailnetproxy.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.testkit.TestClock;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics sent to CloudWatch, as it sees them. */
class CloudWatchMetricsTest {

    private static final String ACCEPTED = response(
            "200 OK",
            "<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><ResponseMetadata>"
                    + "<RequestId>1</RequestId></ResponseMetadata></PutMetricDataResponse>");
    private static final MetricLabels LABELS = new MetricLabels("billing", "site", "zurich-1");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final RawTarget cloudWatch = new RawTarget(RawTarget.bytes(ACCEPTED));
    private final Map<String, String> properties = Map.of(
            "aws.region", "eu-central-1",
            "aws.accessKeyId", "test",
            "aws.secretAccessKey", "test",
            // What AWS_ENDPOINT_URL_CLOUDWATCH is as a property.
            "aws.endpointUrlCloudWatch", "http://127.0.0.1:" + cloudWatch.port());
    private final CapturedLog log = CapturedLog.of("");
    private final TestClock clock = new TestClock();

    private static String response(String status, String xml) {
        return "HTTP/1.1 " + status + "\r\ncontent-type: text/xml\r\ncontent-length: " + xml.length() + "\r\n\r\n"
                + xml;
    }

    @BeforeEach
    void listen() {
        System.getProperties().putAll(properties);
    }

    @AfterEach
    void stop() {
        log.close();
        properties.keySet().forEach(System::clearProperty);
        cloudWatch.close();
    }

    private List<Map<String, String>> calls() {
        return cloudWatch.received().stream()
                .map(call -> {
                    Map<String, String> parameters = new TreeMap<>();
                    for (String pair : call.body().toString().split("&", -1)) {
                        String[] parts = pair.split("=", 2);
                        parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
                    }
                    return parameters;
                })
                .toList();
    }

    private static String datum(Map<String, String> call, String name, String key) {
        for (int i = 1; call.containsKey("MetricData.member." + i + ".MetricName"); i++) {
            String prefix = "MetricData.member." + i + ".";
            if (name.equals(call.get(prefix + "MetricName"))) {
                return call.getOrDefault(prefix + key, "no " + key);
            }
        }
        return "no such metric";
    }

    @ParameterizedTest
    @CsvSource({"true, success, failure", "false, failure, success"})
    void oneRequestIsPublishedBeforeFlushReturns(boolean reached, String counted, String notCounted) {
        try (CloudWatchMetrics metrics = CloudWatchMetrics.fromEnvironment(clock)) {
            metrics.record(LABELS, reached, Duration.ofMillis(123));
            assertThat(calls()).isEmpty();
            metrics.flush(LONG);

            assertThat(calls()).hasSize(1);
            Map<String, String> call = calls().get(0);
            assertThat(call).containsEntry("Action", "PutMetricData").containsEntry("Namespace", "tailscale-service");
            assertThat(datum(call, counted, "Value")).isEqualTo("1.0");
            assertThat(datum(call, counted, "Unit")).isEqualTo("Count");
            assertThat(datum(call, notCounted, "Value")).isEqualTo("no such metric");
            assertThat(datum(call, "duration", "Value")).isEqualTo("123.0");
            assertThat(datum(call, "duration", "Unit")).isEqualTo("Milliseconds");
            for (String metric : List.of(counted, "duration")) {
                Map<String, String> dimensions = new TreeMap<>();
                for (int i = 1; i <= 2; i++) {
                    dimensions.put(
                            datum(call, metric, "Dimensions.member." + i + ".Name"),
                            datum(call, metric, "Dimensions.member." + i + ".Value"));
                }
                assertThat(dimensions).isEqualTo(Map.of("service", "billing", "site", "zurich-1"));
            }
        }
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void eachRequestIsPublishedSeparately() {
        try (CloudWatchMetrics metrics = CloudWatchMetrics.fromEnvironment(clock)) {
            metrics.flush(LONG);
            for (int i = 1; i <= 3; i++) {
                metrics.record(LABELS, true, Duration.ofMillis(i));
            }
            metrics.flush(LONG);
            metrics.flush(LONG);
        }

        assertThat(calls().stream()
                        .map(call -> datum(call, "duration", "Value"))
                        .toList())
                .isEqualTo(List.of("1.0", "2.0", "3.0"));
    }

    @Test
    void valuesOfOneRequestAreNotPublishedWithTheNext() {
        try (CloudWatchMetrics metrics = CloudWatchMetrics.fromEnvironment(clock)) {
            metrics.record(LABELS, true, Duration.ofMillis(1));
            metrics.record(new MetricLabels("orders", "site", "zurich-1"), false, Duration.ofMillis(2));
            metrics.flush(LONG);
            metrics.record(LABELS, false, Duration.ofMillis(3));
            metrics.flush(LONG);
        }

        assertThat(calls()).hasSize(3).allSatisfy(call -> assertThat(call)
                .doesNotContainKey("MetricData.member.3.MetricName"));
        assertThat(calls())
                .extracting(call -> datum(call, "success", "Value"))
                .containsExactly("1.0", "no such metric", "no such metric");
        assertThat(calls())
                .extracting(call -> datum(call, "failure", "Value"))
                .containsExactly("no such metric", "1.0", "1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"403 Forbidden", "400 Bad Request", "404 Not Found", "200 no XML", ""})
    void publishFailureIsLoggedEveryTenMinutes(String status) {
        cloudWatch.responds((request, out) -> {
            if (!status.isEmpty()) {
                out.write(response(status, "<<").getBytes(StandardCharsets.US_ASCII));
            }
            return false;
        });
        try (CloudWatchMetrics metrics = CloudWatchMetrics.fromEnvironment(clock)) {
            for (int i = 0; i < 3; i++) {
                metrics.record(LABELS, true, Duration.ZERO);
                metrics.flush(LONG);
            }
            assertThat(calls().size() >= 3).isTrue();
            assertThat(log.warnings().size()).as(() -> "" + log.warnings()).isOne();
            clock.pass(Duration.ofMinutes(10));
            metrics.record(LABELS, true, Duration.ZERO);
            metrics.flush(LONG);
            assertThat(log.warnings().size()).as(() -> "" + log.warnings()).isEqualTo(2);

            cloudWatch.responds(RawTarget.bytes(ACCEPTED));
            metrics.record(LABELS, true, Duration.ZERO);
            metrics.flush(LONG);
            assertThat(log.warnings().size()).as(() -> "" + log.warnings()).isEqualTo(2);
            assertThat(log.messages()).contains("metrics are published to CloudWatch again");
        }
    }

    @Test
    void unresponsiveCloudWatchDoesNotBlock() {
        cloudWatch.responds((request, out) -> true);
        try (CloudWatchMetrics metrics = CloudWatchMetrics.fromEnvironment(clock)) {
            metrics.record(LABELS, true, Duration.ZERO);
            metrics.flush(Duration.ofMillis(-1));
        }

        assertThat(log.warnings().size()).as(() -> "" + log.warnings()).isOne();
    }

    @Test
    void missingRegionFailsStart() {
        System.clearProperty("aws.region");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> CloudWatchMetrics.fromEnvironment(clock));
    }
}
