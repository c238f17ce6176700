package dev.tailnetproxy.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

        assertEquals(3, lines().size());
        assertEquals(1, lines().get(0).getInteger("success"));
        assertEquals(1, lines().get(1).getInteger("failure"));
        assertEquals(1, lines().get(2).getInteger("failure"));
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

        out.toString(StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> assertEquals(Set.of(), SCHEMA.validate(line, InputFormat.JSON), line));
        assertEquals(2, lines().size());
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
        assertFalse(SCHEMA.validate(line.replace('\'', '"'), InputFormat.JSON).isEmpty());
    }

    /** What the schema can't say: references inside the record, and that they are these. */
    private static void assertSpecified(JsonObject line) {
        JsonObject aws = line.getJsonObject("_aws");
        assertEquals(1_700_000_000_000L, aws.getLong("Timestamp"));
        JsonObject directive = aws.getJsonArray("CloudWatchMetrics").getJsonObject(0);
        assertEquals("tailscale-service", directive.getString("Namespace"));
        assertEquals(new JsonArray("[[\"service\",\"site\"]]"), directive.getJsonArray("Dimensions"));
        assertEquals("billing", line.getString("service"));
        assertEquals("zurich-1", line.getString("site"));
        JsonArray definitions = directive.getJsonArray("Metrics");
        assertEquals(2, definitions.size());
        definitions.forEach(definition -> assertTrue(
                line.getValue(((JsonObject) definition).getString("Name")) instanceof Number, definition.toString()));
        assertEquals("Count", definitions.getJsonObject(0).getString("Unit"));
        assertEquals("Milliseconds", definitions.getJsonObject(1).getString("Unit"));
    }
}
