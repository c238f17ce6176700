package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The proxy's conformance tables, the same that its own tests run. */
final class ConformanceTables {

    private static final Path FOLDER = Checkout.file("proxy-quarkus/src/test/resources/conformance");
    private static final String DEFAULT_RESPONSE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private ConformanceTables() {}

    /** All rows of all tables. */
    static Stream<JsonObject> rows() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> tables = files.sorted().toList();
            return tables.stream().flatMap(ConformanceTables::rowsOf);
        }
    }

    private static Stream<JsonObject> rowsOf(Path table) {
        try {
            return new JsonArray(Files.readString(table)).stream().map(JsonObject.class::cast);
        } catch (IOException failure) {
            throw new IllegalStateException(table + " can't be read", failure);
        }
    }

    /** Lets a scripted target respond as the row says. */
    static void setResponse(JsonObject row, ScriptedTargetControl target) throws IOException, InterruptedException {
        String bytes = Optional.ofNullable(row.getJsonArray("response"))
                .map(lines -> String.join(
                        "\r\n", lines.stream().map(String.class::cast).toList()))
                .orElse(DEFAULT_RESPONSE);
        String then = row.getBoolean("close", false) ? "close" : "keep";
        target.respondWith(bytes.getBytes(StandardCharsets.ISO_8859_1), then);
    }

    /** Compares the fields and the body that a target got with what the row expects. */
    static void checkRequest(JsonObject expect, SeenRequest seen) {
        expect.getJsonObject("targetReceives", new JsonObject())
                .forEach(header -> assertThat(seen.values(header.getKey()))
                        .as(header.getKey())
                        .isEqualTo(((JsonArray) header.getValue()).getList()));
        expect.getJsonArray("targetDoesNotReceive", new JsonArray())
                .forEach(name ->
                        assertThat(seen.values((String) name)).as((String) name).isEmpty());
        if (expect.containsKey("targetReceivesBody")) {
            assertThat(seen.body()).isEqualTo(Base64.getDecoder().decode(expect.getString("targetReceivesBody")));
        }
    }
}
