package dev.tailnetproxy.proxy.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.proxy.delivery.QueueRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The event of an SQS queue's event source mapping, and its response. */
final class QueueEvent {

    /** The member that no HTTP event has. */
    static final String RECORDS = "Records";

    private static final String SOURCE = "aws:sqs";

    private QueueEvent() {}

    /**
     * The event's messages; empty when it is no event of a queue.
     *
     * @throws IOException when a message has no id, or lacks what SQS always gives: nothing of the event is deleted then,
     *     because the invocation fails
     */
    static Optional<List<QueueRecord>> messages(FunctionEvent event) throws IOException {
        JsonNode records = event.members().path(RECORDS);
        if (!records.isArray() || records.isEmpty()) {
            return Optional.empty();
        }
        List<QueueRecord> messages = new ArrayList<>(records.size());
        for (JsonNode message : records) {
            if (!message.path("eventSource").asText("").equals(SOURCE)) {
                return Optional.empty();
            }
            messages.add(message(message));
        }
        return Optional.of(messages);
    }

    private static QueueRecord message(JsonNode message) throws IOException {
        JsonNode attributes = message.path("attributes");
        String group = attributes.path("MessageGroupId").asText("");
        try {
            return new QueueRecord(
                    message.path("messageId").asText(""),
                    message.path("receiptHandle").asText(""),
                    message.path("eventSourceARN").asText(""),
                    message.path("body").asText(""),
                    Integer.parseInt(attributes.path("ApproximateReceiveCount").asText("")),
                    Instant.ofEpochMilli(
                            Long.parseLong(attributes.path("SentTimestamp").asText(""))),
                    group.isEmpty() ? Optional.empty() : Optional.of(group));
        } catch (IllegalArgumentException e) {
            // Not kept as the cause: its message may quote the message.
            throw new IOException("a message of the event lacks what every message of SQS has");
        }
    }

    /**
     * Writes the response with which the queue deletes all messages but these, and leaves the stream open.
     *
     * @param kept the ids of messages
     */
    static void write(List<String> kept, OutputStream out) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("batchItemFailures");
            for (String id : kept) {
                json.writeStartObject();
                json.writeStringField("itemIdentifier", id);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }
}
