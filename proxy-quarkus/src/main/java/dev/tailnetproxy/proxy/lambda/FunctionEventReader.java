package dev.tailnetproxy.proxy.lambda;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the members of an event that a request needs. The body stays where it stands in the event's bytes: a parser would
 * make two bytes of each of its characters, and a string of those, before the first could be decoded.
 */
public final class FunctionEventReader {

    private static final Set<String> REQUIRED_MEMBERS = Set.of(
            "requestContext", "rawPath", "rawQueryString", "headers", "cookies", "isBase64Encoded", QueueEvent.RECORDS);

    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * Reads one event. JSON of any other shape is an event without members.
     *
     * @throws com.fasterxml.jackson.core.JsonProcessingException when the bytes are not JSON
     * @throws IOException when they can't be read
     */
    public FunctionEvent read(InputStream event) throws IOException {
        byte[] json = event.readAllBytes();
        EventBytes unread = new EventBytes(json);
        try (JsonParser parser = mapper.createParser(unread)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonEOFException(parser, JsonToken.NOT_AVAILABLE, "the event is empty");
            }
            if (first != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return FunctionEvent.withoutMembers();
            }
            return readMembers(parser, json, unread);
        }
    }

    private static FunctionEvent readMembers(JsonParser parser, byte[] json, EventBytes unread) throws IOException {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        Optional<ByteBuffer> body = FunctionEvent.NO_BODY;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("body") && value.isScalarValue()) {
                body = value == JsonToken.VALUE_NULL ? FunctionEvent.NO_BODY : text(parser, json, unread);
            } else if (REQUIRED_MEMBERS.contains(name)) {
                JsonNode member = parser.readValueAsTree();
                members.set(name, member);
            } else {
                parser.skipChildren();
            }
        }
        return new FunctionEvent(members, body);
    }

    /** The text of the parser's token in UTF-8: a slice of the event if it has no escapes; empty if it is not Unicode. */
    private static Optional<ByteBuffer> text(JsonParser parser, byte[] json, EventBytes unread) throws IOException {
        // Negative when the event is not in UTF-8.
        long offset = parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() == JsonToken.VALUE_STRING && offset >= 0) {
            int begin = Math.toIntExact(unread.indexOf(offset)) + 1;
            int end = begin;
            while (end < json.length && json[end] != '"' && json[end] != '\\') {
                end++;
            }
            if (end < json.length && json[end] == '"') {
                unread.skipTo(end);
                return Optional.of(ByteBuffer.wrap(json, begin, end - begin));
            }
        }
        return HeaderValueCodec.utf8(parser.getText());
    }
}
