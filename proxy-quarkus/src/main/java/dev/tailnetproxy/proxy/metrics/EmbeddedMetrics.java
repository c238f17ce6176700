package dev.tailnetproxy.proxy.metrics;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;

/**
 * CloudWatch's embedded metric format: one line of JSON on the function's output for each request. Needs no call, so
 * nothing can be lost in a freeze.
 */
public final class EmbeddedMetrics implements RequestMetrics {

    private final PrintStream out;
    private final Clock clock;

    public EmbeddedMetrics(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void record(MetricLabels labels, boolean reached, Duration duration) {
        String counter = reached ? "success" : "failure";
        JsonObject directive = new JsonObject()
                .put("Namespace", NAMESPACE)
                .put(
                        "Dimensions",
                        new JsonArray().add(new JsonArray().add("service").add(labels.dimensionName())))
                .put("Metrics", new JsonArray().add(metric(counter, "Count")).add(metric("duration", "Milliseconds")));
        JsonObject line = new JsonObject()
                .put(
                        "_aws",
                        new JsonObject()
                                .put("Timestamp", clock.millis())
                                .put("CloudWatchMetrics", new JsonArray().add(directive)))
                .put("service", labels.service())
                .put(labels.dimensionName(), labels.dimensionValue())
                .put(counter, 1)
                .put("duration", duration.toMillis());
        out.println(line.encode());
    }

    private static JsonObject metric(String name, String unit) {
        return new JsonObject().put("Name", name).put("Unit", unit);
    }
}
