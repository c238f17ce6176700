package dev.tailnetproxy.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels of clients that nobody has listed. */
class MetricLabelFilterTest {

    private static Set<String> listed(String names) {
        return names == null ? Set.of() : Set.of(names.split("\\+", -1));
    }

    @ParameterizedTest
    @CsvSource({
        // services, dimensions, labels of the request, counted as
        ", , orders site a, orders site a",
        "orders+billing, , orders site a, orders site a",
        "orders+billing, , Orders site a, other other other",
        "orders+billing, , mine site a, other other other",
        ", site, orders site a, orders site a",
        ", site, orders user a, orders other other",
        "orders, site, orders site a, orders site a",
        "orders, site, orders user 1, orders other other",
        "orders, site, mine site a, other other other",
        "orders, site, mine user 1, other other other",
    })
    void unlistedLabelsAreCombined(String services, String dimensions, String labels, String counted) {
        String[] wanted = labels.split(" ", -1);

        assertThat(new MetricLabelFilter(listed(services), listed(dimensions))
                        .of(new MetricLabels(wanted[0], wanted[1], wanted[2])))
                .isEqualTo(new MetricLabels(
                        counted.split(" ", -1)[0], counted.split(" ", -1)[1], counted.split(" ", -1)[2]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":a", "a\"b", "_aws", "service"})
    void invalidLabelNameIsRejected(String name) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new MetricLabelFilter(Set.of(), Set.of(name)));
    }

    @Test
    void emptyListsKeepLabels() {
        RequestMetrics metrics = RequestMetrics.none();

        assertThat(new MetricLabelFilter(Set.of(), Set.of()).decorate(metrics)).isSameAs(metrics);
    }

    @Test
    void labelPairsAreBoundedByLists() throws Exception {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        RequestMetrics metrics = new MetricLabelFilter(Set.of("orders"), Set.of("site"))
                .decorate(new EmbeddedMetrics(new PrintStream(lines, true, StandardCharsets.UTF_8), Clock.systemUTC()));
        try (TestProxy proxy = TestProxy.options().metrics(metrics).start()) {
            for (int i = 0; i < 20; i++) {
                FunctionEventBuilder event = FunctionEventBuilder.get("/")
                        .target("127.0.0.1", 80)
                        .header("ts-metric-service", "service-" + i)
                        .header("ts-metric-dimension-name", "name-" + i)
                        .header("ts-metric-dimension-value", "value-" + i);
                proxy.function().invoke(event.json(), 30_000);
            }
        }

        List<String> told = lines.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(told).hasSize(20);
        told.forEach(line -> assertThat(
                        List.of(new JsonObject(line).getString("service"), new JsonObject(line).getString("other")))
                .as(line)
                .isEqualTo(List.of("other", "other")));
    }
}
