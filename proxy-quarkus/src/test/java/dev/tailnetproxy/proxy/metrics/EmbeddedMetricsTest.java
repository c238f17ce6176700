package dev.tailnetproxy.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics of requests in CloudWatch's embedded metric format. */
class EmbeddedMetricsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final RequestMetrics metrics = new EmbeddedMetrics(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            Clock.fixed(Instant.ofEpochMilli(1_700_000_000_000L), ZoneOffset.UTC));

    private List<JsonObject> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().map(JsonObject::new).toList();
    }

    private static TestProxy.RequestBuilder counted(TestProxy.RequestBuilder call) {
        return call.header("ts-metric-service", "billing")
                .header("ts-metric-dimension-name", "site")
                .header("ts-metric-dimension-value", "zurich-1");
    }

    @Test
    void targetResponseIsSuccessElseFailure() {
        try (RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n"));
                TestProxy proxy = TestProxy.options().metrics(metrics).start()) {
            proxy.socks().route(TestProxy.PEER, 80, target.port());

            counted(proxy.call("GET")).send();
            counted(proxy.call("GET").to(TestProxy.PEER, 81)).send();
            counted(proxy.call("GET").to("127.0.0.1", 80)).send();
            proxy.get();
        }

        assertThat(lines()).hasSize(3);
        assertThat(lines().get(0).getInteger("success")).isOne();
        assertThat(lines().get(1).getInteger("failure")).isOne();
        assertThat(lines().get(2).getInteger("failure")).isOne();
        lines().forEach(EmbeddedMetricsTest::assertSpecified);
    }

    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(EmbeddedMetricsTest.class.getResourceAsStream("/schema/embedded-metric-format.json"));

    @ParameterizedTest
    @CsvSource({
        "billing, site, zurich-1",
        "a, b, c",
        "'name with spaces', 'a/b#c@d:e_f.g-h', '-'",
        "_, Service, _aws",
    })
    void linesMatchSchema(String service, String name, String value) {
        metrics.record(new MetricLabels(service, name, value), true, Duration.ofMillis(1));
        metrics.record(new MetricLabels(service, name, value), false, Duration.ZERO);

        out.toString(StandardCharsets.UTF_8).lines().forEach(line -> assertThat(SCHEMA.validate(line, InputFormat.JSON))
                .as(line)
                .isEqualTo(Set.of()));
        assertThat(lines()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'_aws': {'Timestamp': 1}}",
                "{'_aws': {'Timestamp': '1', 'CloudWatchMetrics': []}}",
                "{'_aws': {'Timestamp': 1, 'CloudWatchMetrics': [{'Namespace': 'n', 'Dimensions': [], 'Metrics': []}]}}",
                "{'_aws': {'Timestamp': 1, 'CloudWatchMetrics': [{'Namespace': 'n', 'Dimensions': [[]],"
                        + " 'Metrics': [{'Name': 'a', 'Unit': 'Lightyears'}]}]}}"
            })
    void schemaRejectsInvalidLines(String line) {
        assertThat(SCHEMA.validate(line.replace('\'', '"'), InputFormat.JSON)).isNotEmpty();
    }

    /** What the schema can't say: references inside the record, and that they are these. */
    private static void assertSpecified(JsonObject line) {
        JsonObject aws = line.getJsonObject("_aws");
        assertThat(aws.getLong("Timestamp")).isEqualTo(1_700_000_000_000L);
        JsonObject directive = aws.getJsonArray("CloudWatchMetrics").getJsonObject(0);
        assertThat(directive.getString("Namespace")).isEqualTo("tailscale-service");
        assertThat(directive.getJsonArray("Dimensions")).isEqualTo(new JsonArray("[[\"service\",\"site\"]]"));
        assertThat(line.getString("service")).isEqualTo("billing");
        assertThat(line.getString("site")).isEqualTo("zurich-1");
        JsonArray definitions = directive.getJsonArray("Metrics");
        assertThat(definitions.size()).isEqualTo(2);
        definitions.forEach(definition -> assertThat(line.getValue(((JsonObject) definition).getString("Name")))
                .as(definition.toString())
                .isInstanceOf(Number.class));
        assertThat(definitions.getJsonObject(0).getString("Unit")).isEqualTo("Count");
        assertThat(definitions.getJsonObject(1).getString("Unit")).isEqualTo("Milliseconds");
    }
}
