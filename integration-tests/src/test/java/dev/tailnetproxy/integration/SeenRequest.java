package dev.tailnetproxy.integration;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A request as a target of the local stack saw it.
 *
 * @param json the target's description
 */
record SeenRequest(JsonObject json) {

    /** The request that {@code /echo} describes. */
    static SeenRequest of(byte[] echo) {
        return new SeenRequest(new JsonObject(Buffer.buffer(echo)));
    }

    String requestTarget() {
        return json.getString("requestTarget");
    }

    String requestLine() {
        return json.getString("method") + " " + requestTarget() + " HTTP/1.1";
    }

    byte[] body() {
        return Base64.getDecoder().decode(json.getString("body"));
    }

    /** The names of its header fields, in lower case. */
    List<String> names() {
        return json.getJsonArray("fields").stream()
                .map(field -> ((JsonArray) field).getString(0).toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The values of a header field, in order. */
    List<String> values(String name) {
        return json.getJsonArray("fields").stream()
                .map(JsonArray.class::cast)
                .filter(field -> field.getString(0).equalsIgnoreCase(name))
                .map(field -> field.getString(1))
                .toList();
    }
}
