package dev.tailnetproxy.proxy.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the queue's messages: a request in JSON, before a target is chosen for it. Version 1 has the members
 * {@code version}, {@code method}, {@code path}, {@code query}, {@code headers} (pairs, in order), {@code body} (base64),
 * {@code source}, {@code domain} and {@code receivedAt}. A change that a reader of version 1 would misread makes a version 2.
 */
final class QueuedRequest {

    private static final int VERSION = 1;

    /** ASCII only: SQS refuses some characters, and counts bytes. */
    private final JsonFactory writer =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final ObjectReader reader =
            new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * What a message says.
     *
     * @param ingress how the request reached the function that accepted it
     */
    record Content(String method, String path, @Nullable String query, Headers headers, Body body, Ingress ingress) {}

    /** The message of a request that came through a gateway and whose body is in memory. */
    String write(ProxyRequest request) {
        Ingress ingress = request.ingress()
                .orElseThrow(() -> new IllegalStateException("a request of forwarder mode has an ingress"));
        byte[] body = request.body().fold(() -> new byte[0], buffer -> buffer.getBytes(), streamed -> {
            throw new IllegalStateException("the body of a request through a gateway is in memory");
        });
        StringWriter out = new StringWriter();
        try (JsonGenerator json = writer.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("method", request.method());
            json.writeStringField("path", request.path());
            if (request.query() != null) {
                json.writeStringField("query", request.query());
            }
            json.writeArrayFieldStart("headers");
            for (HeaderField field : request.headers()) {
                json.writeStartArray();
                json.writeString(field.name());
                json.writeString(field.value());
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeStringField("body", Base64.getEncoder().encodeToString(body));
            json.writeStringField("source", ingress.sourceAddress().toString());
            json.writeStringField("domain", ingress.domainName().toString());
            if (ingress.receivedAt().isPresent()) {
                json.writeNumberField("receivedAt", ingress.receivedAt().get().toEpochMilli());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** The request of a message, as far as its form goes; what may not be forwarded is found where every request is. */
    Content read(String message) throws MalformedMessageException {
        JsonNode json = tree(message);
        if (!json.path("version").isInt() || json.path("version").asInt() != VERSION) {
            throw new MalformedMessageException("the message is not of version " + VERSION);
        }
        return new Content(
                text(json, "method"),
                text(json, "path"),
                json.has("query") ? text(json, "query") : null,
                headers(json.path("headers")),
                body(text(json, "body")),
                ingress(json));
    }

    private JsonNode tree(String message) throws MalformedMessageException {
        try {
            JsonNode json = reader.readTree(message);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // Not kept as the cause: its message quotes the text.
        }
        throw new MalformedMessageException("the message is not a JSON object");
    }

    private static String text(JsonNode json, String name) throws MalformedMessageException {
        JsonNode member = json.path(name);
        if (!member.isTextual()) {
            throw new MalformedMessageException("the message has no " + name);
        }
        return member.asText();
    }

    private static Headers headers(JsonNode pairs) throws MalformedMessageException {
        List<HeaderField> fields = new ArrayList<>(pairs.size());
        boolean valid = pairs.isArray();
        for (JsonNode pair : pairs) {
            valid &= pair.isArray()
                    && pair.size() == 2
                    && pair.path(0).isTextual()
                    && pair.path(1).isTextual();
            fields.add(new HeaderField(pair.path(0).asText(), pair.path(1).asText()));
        }
        if (!valid) {
            throw new MalformedMessageException("the message's header fields are not pairs of texts");
        }
        return Headers.of(fields);
    }

    private static Body body(String base64) throws MalformedMessageException {
        try {
            return Body.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("the message's body is not base64");
        }
    }

    private static Ingress ingress(JsonNode json) throws MalformedMessageException {
        Optional<Ingress> ingress = Ingress.of(
                text(json, "source"),
                text(json, "domain"),
                Ingress.NO_STAGE,
                json.path("receivedAt").asLong(0));
        return ingress.orElseThrow(
                () -> new MalformedMessageException("the message does not say by which address the request came"));
    }
}
