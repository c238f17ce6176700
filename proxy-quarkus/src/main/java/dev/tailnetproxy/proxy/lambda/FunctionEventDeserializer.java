package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads of an event what a request needs. The body stays where it stands in the event's JSON: a parser would make two
 * bytes of each of its characters, and a string of those, before the first could be decoded.
 */
final class FunctionEventDeserializer extends StdDeserializer<APIGatewayV2HTTPEvent> {

    private static final long serialVersionUID = 1L;

    private static final Set<String> REQUIRED_MEMBERS =
            Set.of("requestContext", "rawPath", "rawQueryString", "headers", "cookies", "isBase64Encoded");
    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

    FunctionEventDeserializer() {
        super(APIGatewayV2HTTPEvent.class);
    }

    @Override
    public APIGatewayV2HTTPEvent getNullValue(DeserializationContext context) {
        return new FunctionEvent(JsonNodeFactory.instance.objectNode(), NO_BODY);
    }

    @Override
    public APIGatewayV2HTTPEvent deserialize(JsonParser started, DeserializationContext context) throws IOException {
        if (started.currentToken() != JsonToken.START_OBJECT) {
            started.skipChildren();
            return getNullValue(context);
        }
        byte[] json = readObject(started);
        try (JsonParser parser = started.getCodec().getFactory().createParser(json)) {
            parser.nextToken();
            return read(parser, json);
        }
    }

    private static FunctionEvent read(JsonParser parser, byte[] json) throws IOException {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        @Nullable ByteBuffer body = NO_BODY;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("body") && value.isScalarValue()) {
                body = value == JsonToken.VALUE_NULL ? NO_BODY : text(parser, json);
            } else if (REQUIRED_MEMBERS.contains(name)) {
                TreeNode member = parser.readValueAsTree();
                members.set(name, (JsonNode) member);
            } else {
                parser.skipChildren();
            }
        }
        return new FunctionEvent(members, body);
    }

    /** All of the object whose first token the parser has just read. */
    private static byte[] readObject(JsonParser parser) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        read.write('{');
        parser.releaseBuffered(read);
        InputStream unread =
                parser.getInputSource() instanceof InputStream stream ? stream : InputStream.nullInputStream();
        return new SequenceInputStream(new ByteArrayInputStream(read.toByteArray()), unread).readAllBytes();
    }

    /** The text of the parser's token, in place when it stands there without an escape; null when it is no text. */
    private static @Nullable ByteBuffer text(JsonParser parser, byte[] json) throws IOException {
        int quote = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            int end = quote + 1;
            while (end < json.length && json[end] != '"' && json[end] != '\\') {
                end++;
            }
            if (end < json.length && json[end] == '"') {
                return ByteBuffer.wrap(json, quote + 1, end - quote - 1);
            }
        }
        return HeaderValueCodec.utf8(parser.getText()).orElse(null);
    }
}
