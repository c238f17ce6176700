package dev.tailnetproxy.proxy.support;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A response in payload format 2.0, as a Function URL reads it.
 *
 * @param json the whole response
 */
public record FunctionResponse(JsonObject json) {

    public int status() {
        return json.getInteger("statusCode");
    }

    /** Value of a header by its lower-case name, or null. */
    public String header(String name) {
        return json.getJsonObject("headers").getString(name);
    }

    public List<String> cookies() {
        return json.getValue("cookies") == null
                ? List.of()
                : json.getJsonArray("cookies").stream().map(String.class::cast).toList();
    }

    public boolean base64() {
        return json.getBoolean("isBase64Encoded", false);
    }

    public byte[] body() {
        String body = json.getString("body");
        if (body == null) {
            return new byte[0];
        }
        return base64() ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
    }

    public String text() {
        return new String(body(), StandardCharsets.ISO_8859_1);
    }
}
