package dev.tailnetproxy.proxy.support;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Speaks SQS's protocol (AWS JSON 1.0) and keeps the calls. It is no queue: it accepts messages and forgets
 * them.
 */
public final class SqsProtocolServer implements AutoCloseable {

    /** One call. */
    public record Call(String operation, JsonObject parameters) {}

    private static final String TARGET_PREFIX = "AmazonSQS.";

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Optional<JsonObject> refusal = Optional.empty();
    private final RawTarget server = new RawTarget((request, out) -> {
        String operation = request.values("X-Amz-Target").get(0).substring(TARGET_PREFIX.length());
        JsonObject parameters = request.body().toJsonObject();
        calls.add(new Call(operation, parameters));
        JsonObject response = refusal.orElseGet(() -> response(operation));
        byte[] json = response.encode().getBytes(StandardCharsets.UTF_8);
        String status = refusal.isPresent() ? "400 Bad Request" : "200 OK";
        out.write(("HTTP/1.1 " + status + "\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: "
                        + json.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(json);
        return true;
    });

    /** What the SDK's variables are as system properties. */
    public Map<String, String> properties() {
        return Map.of(
                "aws.region", "eu-central-1",
                "aws.accessKeyId", "test",
                "aws.secretAccessKey", "test",
                "aws.endpointUrlSqs", "http://127.0.0.1:" + server.port());
    }

    /** The URL of a queue. */
    public String url(String name) {
        return "http://127.0.0.1:" + server.port() + "/123456789012/" + name;
    }

    /** Every call is refused from now on. */
    public void refuses(String code, String message) {
        refusal = Optional.of(
                new JsonObject().put("__type", "com.amazonaws.sqs#" + code).put("message", message));
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    private JsonObject response(String operation) {
        return operation.equals("SendMessage")
                ? new JsonObject().put("MessageId", "message-" + calls.size())
                : new JsonObject();
    }

    @Override
    public void close() {
        server.close();
    }
}
