package dev.tailnetproxy.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics.Result;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metrics of deliveries in CloudWatch's embedded metric format. */
class EmbeddedDeliveryMetricsTest {

    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(EmbeddedDeliveryMetricsTest.class.getResourceAsStream("/schema/embedded-metric-format.json"));

    @ParameterizedTest
    @CsvSource({"DELIVERED, delivered", "FAILED, failed", "DEAD_LETTERED, deadLettered"})
    void countsResultAndAge(Result result, String counter) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Clock clock = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_000L), ZoneOffset.UTC);

        new EmbeddedDeliveryMetrics(new PrintStream(out, true, StandardCharsets.UTF_8), clock)
                .record("hooks.fifo", result, Duration.ofSeconds(61));

        String line = out.toString(StandardCharsets.UTF_8);
        assertThat(SCHEMA.validate(line, InputFormat.JSON)).isEqualTo(Set.of());
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("service")).isEqualTo("webhook-delivery");
        assertThat(json.getString("queue")).isEqualTo("hooks.fifo");
        assertThat(json.getInteger(counter)).isOne();
        assertThat(json.getInteger("age")).isEqualTo(61_000);
        JsonObject directive =
                json.getJsonObject("_aws").getJsonArray("CloudWatchMetrics").getJsonObject(0);
        assertThat(directive.getJsonArray("Dimensions")).isEqualTo(new JsonArray("[[\"service\",\"queue\"]]"));
        assertThat(directive.getJsonArray("Metrics").encode())
                .isEqualTo("[{\"Name\":\"" + counter + "\",\"Unit\":\"Count\"},"
                        + "{\"Name\":\"age\",\"Unit\":\"Milliseconds\"}]");
    }
}
