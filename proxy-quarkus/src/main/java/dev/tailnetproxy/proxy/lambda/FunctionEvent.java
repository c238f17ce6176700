package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event as {@link FunctionEventDeserializer} read it. The supertype is what quarkus-amazon-lambda-http hands on; none of its own
 * properties is set, because its body is a string, which of six megabytes would be several copies.
 */
final class FunctionEvent extends APIGatewayV2HTTPEvent {

    private final transient JsonNode members;
    private final transient @Nullable ByteBuffer body;

    /**
     * @param members the event without its body; a member that the event lacks is a missing node
     * @param body the body's text in UTF-8, in base64 if the event says so; empty when there is none, null when it is no text
     */
    FunctionEvent(JsonNode members, @Nullable ByteBuffer body) {
        this.members = members;
        this.body = body;
    }

    JsonNode members() {
        return members;
    }

    Optional<ByteBuffer> body() {
        return Optional.ofNullable(body).map(ByteBuffer::duplicate);
    }
}
