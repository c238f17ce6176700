package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics;
import dev.tailnetproxy.proxy.support.MemoryQueue;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestConfig;
import dev.tailnetproxy.proxy.support.TestDelivery;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.Json;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A function with queued delivery, its queue and its target. */
final class DeliveryFixture implements AutoCloseable {

    static final String SQS = "https://sqs.eu-central-1.amazonaws.com/123456789012/";

    /** One message as the metrics count it. */
    record Counted(DeliveryMetrics.Result result, long ageMillis) {}

    final MemoryQueue queue;
    final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 204 No Content\r\n\r\n"));
    final List<Counted> counted = new ArrayList<>();
    private final TestProxy proxy;

    private DeliveryFixture(String queueName, SenderCheck check, String... namesAndValues) {
        queue = new MemoryQueue(queueName);
        Map<String, String> variables = new HashMap<>();
        variables.put("TS_FORWARDER_TARGET", "http://" + TestProxy.PEER + "/base");
        variables.put("TS_FORWARDER_DELIVERY", "queued");
        variables.put("TS_FORWARDER_QUEUE_URL", SQS + queueName);
        variables.put("TS_FORWARDER_DEAD_LETTER_QUEUE_URL", SQS + "dead-" + queueName);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put("TS_FORWARDER_" + namesAndValues[i], namesAndValues[i + 1]);
        }
        Settings settings = Settings.of(TestConfig.of(variables));
        TestDelivery delivery = new TestDelivery(
                settings.forwarder().orElseThrow(),
                settings.queue().orElseThrow(),
                queue,
                // The whole delay, always.
                () -> -1L,
                (name, result, age) -> counted.add(new Counted(result, age.toMillis())));
        proxy = TestProxy.options()
                .queued(settings.forwarder().orElseThrow(), check, delivery)
                .start();
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    static DeliveryFixture standard(String... namesAndValues) {
        return new DeliveryFixture("hooks", SenderCheck.none(), namesAndValues);
    }

    static DeliveryFixture fifo(SenderCheck check, String... namesAndValues) {
        return new DeliveryFixture("hooks.fifo", check, namesAndValues);
    }

    static DeliveryFixture checked(SenderCheck check, String... namesAndValues) {
        return new DeliveryFixture("hooks", check, namesAndValues);
    }

    TestProxy proxy() {
        return proxy;
    }

    Instant now() {
        return proxy.clock().instant();
    }

    /** A message that the queue holds of a request. */
    static String message(String path) {
        return message(Map.of("path", path));
    }

    /** The same with other members. */
    static String message(Map<String, ? extends @Nullable Object> changes) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("version", 1);
        members.put("method", "POST");
        members.put("path", "/a");
        members.put("headers", List.of(List.of("content-type", "application/json"), List.of("webhook-id", "msg_1")));
        members.put("body", Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8)));
        members.put("source", "203.0.113.7");
        members.put("domain", "abc.execute-api.eu-central-1.amazonaws.com");
        members.putAll(changes);
        return Json.write(members);
    }

    /** Delivers an event; gives the ids of the messages that stay. */
    Set<String> deliver(MemoryQueue.Event event) throws IOException {
        return deliver(event, 60_000);
    }

    Set<String> deliver(MemoryQueue.Event event, int remainingMillis) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        proxy.function().invoke(event.json(), remainingMillis, out);
        JsonObject response = new JsonObject(out.toString(StandardCharsets.UTF_8));
        return response.getJsonArray("batchItemFailures").stream()
                .map(failure -> ((JsonObject) failure).getString("itemIdentifier"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Request lines that the target has got. */
    List<String> delivered() {
        return target.received().stream()
                .map(RawTarget.ReceivedRequest::requestLine)
                .toList();
    }

    @Override
    public void close() {
        proxy.close();
        target.close();
    }
}
