package dev.tailnetproxy.authorizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The event of AWS's documentation, and what a test changes in it. */
final class TestEvent {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AuthorizerEventReader READER = new AuthorizerEventReader();

    private final ObjectNode event;

    private TestEvent(ObjectNode event) {
        this.event = event;
    }

    static TestEvent documented() {
        try (InputStream file = TestEvent.class.getResourceAsStream("/events/documentation.json")) {
            return new TestEvent((ObjectNode) JSON.readTree(Objects.requireNonNull(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One whose connection to the gateway came from an address. */
    static TestEvent from(String sourceIp) {
        TestEvent event = documented();
        event.object("/requestContext/http").put("sourceIp", sourceIp);
        return event;
    }

    /** Sets a member to a value that is written as JSON. */
    TestEvent with(String object, String member, String json) {
        try {
            object(object).set(member, JSON.readTree(json));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestEvent withText(String object, String member, String text) {
        object(object).put(member, text);
        return this;
    }

    TestEvent without(String object, String member) {
        object(object).remove(member);
        return this;
    }

    private ObjectNode object(String pointer) {
        return (ObjectNode) event.at(pointer);
    }

    String json() {
        return event.toString();
    }

    /** As the function reads it. */
    AuthorizerEvent read() {
        return read(json().getBytes(StandardCharsets.UTF_8));
    }

    static AuthorizerEvent read(byte[] bytes) {
        return READER.read(new ByteArrayInputStream(bytes));
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
