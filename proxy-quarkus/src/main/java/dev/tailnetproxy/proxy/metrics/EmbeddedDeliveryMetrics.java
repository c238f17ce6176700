package dev.tailnetproxy.proxy.metrics;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;

/** The metrics of queued deliveries in CloudWatch's embedded metric format: one line for each message. */
public final class EmbeddedDeliveryMetrics implements DeliveryMetrics {

    private static final String SERVICE = "webhook-delivery";
    private static final String AGE = "age";

    private final PrintStream out;
    private final Clock clock;

    public EmbeddedDeliveryMetrics(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void record(String queue, Result result, Duration age) {
        JsonObject directive = new JsonObject()
                .put("Namespace", RequestMetrics.NAMESPACE)
                .put(
                        "Dimensions",
                        new JsonArray().add(new JsonArray().add("service").add("queue")))
                .put(
                        "Metrics",
                        new JsonArray().add(metric(result.counter(), "Count")).add(metric(AGE, "Milliseconds")));
        JsonObject line = new JsonObject()
                .put(
                        "_aws",
                        new JsonObject()
                                .put("Timestamp", clock.millis())
                                .put("CloudWatchMetrics", new JsonArray().add(directive)))
                .put("service", SERVICE)
                .put("queue", queue)
                .put(result.counter(), 1)
                .put(AGE, age.toMillis());
        out.println(line.encode());
    }

    private static JsonObject metric(String name, String unit) {
        return new JsonObject().put("Name", name).put("Unit", unit);
    }
}
