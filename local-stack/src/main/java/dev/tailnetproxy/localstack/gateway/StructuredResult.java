package dev.tailnetproxy.localstack.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a function that describes a response: one with a {@code statusCode}.
 *
 * @param json the result
 */
public record StructuredResult(JsonObject json) {

    /** A result without a status is not a response but the body of one. */
    public static Optional<StructuredResult> of(String result) {
        try {
            Object decoded = Json.decodeValue(result);
            return decoded instanceof JsonObject json && json.containsKey("statusCode")
                    ? Optional.of(new StructuredResult(json))
                    : Optional.empty();
        } catch (DecodeException notJson) {
            return Optional.empty();
        }
    }

    /**
     * The response to the client.
     *
     * @param defaultType the type of a body whose type the function does not name
     * @throws RuntimeException when a member has a type that it must not have
     */
    public GatewayResponse response(String defaultType) {
        String body = Optional.ofNullable(json.getString("body")).orElse("");
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        JsonObject headers = Optional.ofNullable(json.getJsonObject("headers")).orElseGet(JsonObject::new);
        headers.forEach(header -> fields.add(
                Map.entry(RemappedHeaders.remappedName(header.getKey()), String.valueOf(header.getValue()))));
        if (headers.fieldNames().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            fields.add(Map.entry("content-type", defaultType));
        }
        Optional.ofNullable(json.getJsonArray("cookies"))
                .orElseGet(JsonArray::new)
                .forEach(cookie -> fields.add(Map.entry("set-cookie", String.valueOf(cookie))));
        Buffer bytes = json.getBoolean("isBase64Encoded", false)
                ? Buffer.buffer(Base64.getDecoder().decode(body))
                : Buffer.buffer(body);
        return new GatewayResponse(json.getInteger("statusCode"), fields, bytes);
    }
}
