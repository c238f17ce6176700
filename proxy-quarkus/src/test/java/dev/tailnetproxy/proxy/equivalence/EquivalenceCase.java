package dev.tailnetproxy.proxy.equivalence;

import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageWriter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One row of {@code equivalence.json}: a {@code request}, the {@code response} of the target, and the {@code interim}
 * responses before it. Each is an object with its {@code lines}; {@code text}, {@code base64} or {@code random} (a number
 * of bytes) for its body, whose Content-Length is added unless the body comes in chunks or ends with the connection
 * ({@code close}); and {@code trailers}. A row without a response gets a short one.
 *
 * @param json the row
 */
record EquivalenceCase(JsonObject json) {

    private static final JsonObject DEFAULT_RESPONSE =
            new JsonObject().put("lines", JsonArray.of("HTTP/1.1 200 OK")).put("text", "ok");

    static Stream<EquivalenceCase> all() {
        return rows("/equivalence.json").map(EquivalenceCase::new);
    }

    /** The rows of a table among the tests' resources. */
    static Stream<JsonObject> rows(String table) {
        try (InputStream in = EquivalenceCase.class.getResourceAsStream(table)) {
            return new JsonArray(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .stream().map(JsonObject.class::cast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The request without the fields that say where it goes. */
    HttpMessage request() {
        return message(json.getJsonObject("request"));
    }

    /** What the target does with it. */
    RawTarget.Response response() {
        JsonObject last = json.getJsonObject("response", DEFAULT_RESPONSE);
        return (request, out) -> {
            HttpMessageWriter writer = new HttpMessageWriter(out);
            for (Object interim : json.getJsonArray("interim", new JsonArray())) {
                writer.write(message(new JsonObject().put("lines", interim)));
            }
            writer.write(message(last));
            return !isClosedBehind(last);
        };
    }

    private static HttpMessage message(JsonObject json) {
        // As they are on the wire: text beyond ASCII in UTF-8.
        List<String> lines = new ArrayList<>(strings(json, "lines").stream()
                .map(line -> new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList());
        boolean hasBody = Stream.of("text", "base64", "random").anyMatch(json::containsKey);
        byte[] body = body(json);
        boolean isFramed = new HeaderSection(lines).isChunked() || isClosedBehind(json);
        if (hasBody && !isFramed) {
            lines.add("content-length: " + body.length);
        }
        return new HttpMessage(new HeaderSection(lines), body, strings(json, "trailers"));
    }

    private static byte[] body(JsonObject json) {
        if (json.containsKey("random")) {
            byte[] bytes = new byte[json.getInteger("random")];
            new Random(1).nextBytes(bytes);
            return bytes;
        }
        return json.containsKey("base64")
                ? Base64.getDecoder().decode(json.getString("base64"))
                : json.getString("text", "").getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isClosedBehind(JsonObject message) {
        return message.getBoolean("close", false);
    }

    private static List<String> strings(JsonObject json, String key) {
        return json.getJsonArray(key, new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
    }

    @Override
    public String toString() {
        return json.getString("name").toLowerCase(Locale.ROOT);
    }
}
