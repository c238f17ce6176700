package dev.tailnetproxy.integration;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table {@code request-targets.json}: paths and queries that a caller may sign otherwise than it sends them. */
final class RequestTargets {

    private RequestTargets() {}

    /**
     * A line of the table.
     *
     * @param target what the caller is asked for
     * @param arrives what the private host gets to see; the same, unless the line says otherwise
     * @param mayBeRefusedBy the callers that need not send it, because what they are made of would change it or can't sign
     *     it; every other caller has to
     */
    record Row(String target, String arrives, List<String> mayBeRefusedBy) {

        static Row of(JsonObject line) {
            String target = line.getString("target");
            List<String> refusing = line.getJsonArray("mayBeRefusedBy", new JsonArray()).stream()
                    .map(String.class::cast)
                    .toList();
            return new Row(
                    target, Optional.ofNullable(line.getString("arrives")).orElse(target), refusing);
        }

        @Override
        public String toString() {
            return target.length() <= 60 ? target : target.substring(0, 60) + "…";
        }
    }

    static Stream<Row> rows() {
        try (InputStream table = RequestTargets.class.getResourceAsStream("/request-targets.json")) {
            String json = new String(table.readAllBytes(), StandardCharsets.UTF_8);
            return new JsonArray(json).stream().map(JsonObject.class::cast).map(Row::of);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
