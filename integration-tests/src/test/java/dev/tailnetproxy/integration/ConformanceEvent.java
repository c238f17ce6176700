package dev.tailnetproxy.integration;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Events in payload format 2.0 from the lines of the tables that the proxy's own tests run. */
final class ConformanceEvent {

    private ConformanceEvent() {}

    /**
     * The event of a line.
     *
     * @param defaultTarget the address for lines that name no target; its port is 80
     */
    static byte[] of(JsonObject line, String defaultTarget) {
        JsonObject headers = new JsonObject()
                .put("host", "local.lambda-url.us-east-1.on.aws")
                .put("x-forwarded-for", "203.0.113.7")
                .put("x-forwarded-port", "443")
                .put("x-forwarded-proto", "https");
        JsonArray target = line.getJsonArray("target", JsonArray.of(defaultTarget, "80"));
        if (target.getString(0) != null) {
            headers.put("ts-target-ip", target.getString(0));
        }
        if (target.getString(1) != null) {
            headers.put("ts-target-port", target.getString(1));
        }
        JsonObject event = new JsonObject()
                .put("version", "2.0")
                .put("rawPath", line.getString("path", "/"))
                .put(
                        "rawQueryString",
                        Optional.ofNullable(line.getString("query")).orElse(""))
                .put("isBase64Encoded", line.containsKey("base64"))
                .put(
                        "requestContext",
                        new JsonObject()
                                .put("requestId", "00000000-0000-0000-0000-000000000000")
                                .put(
                                        "http",
                                        new JsonObject()
                                                .put("method", line.getString("method", "GET"))
                                                .put("path", line.getString("path", "/"))
                                                .put("sourceIp", "203.0.113.7")));
        String body = line.getString("base64", line.getString("text"));
        if (body != null) {
            event.put("body", body);
        }
        if (line.containsKey("text")) {
            headers.put("content-length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length));
        }
        if (line.containsKey("cookies")) {
            event.put("cookies", line.getJsonArray("cookies"));
        }
        headers.mergeIn(line.getJsonObject("headers", new JsonObject()));
        return event.put("headers", headers).encode().getBytes(StandardCharsets.UTF_8);
    }
}
