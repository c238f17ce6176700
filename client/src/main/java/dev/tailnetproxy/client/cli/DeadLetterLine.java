package dev.tailnetproxy.client.cli;

import dev.tailnetproxy.contract.DeadLetterAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * What is shown of a dead letter.
 *
 * @param id the message's id in the queue of accepted requests; its own if SQS itself has moved it
 * @param acceptedAt when the request was accepted; empty if nobody knows
 * @param columns receives, cause, status or error, method, path; a dash stands for what is unknown
 */
record DeadLetterLine(String id, Optional<Instant> acceptedAt, List<String> columns) {

    private static final String UNKNOWN = "-";
    private static final String TIME = "[0-9]{1,15}";

    DeadLetterLine {
        columns = List.copyOf(columns);
    }

    static DeadLetterLine of(Message message) {
        Map<String, MessageAttributeValue> attributes = message.messageAttributes();
        Optional<Instant> acceptedAt = value(attributes, DeadLetterAttributes.SENT_AT)
                .or(() -> Optional.ofNullable(message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP)))
                .filter(millis -> millis.matches(TIME))
                .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)));
        return new DeadLetterLine(
                value(attributes, DeadLetterAttributes.MESSAGE_ID).orElseGet(message::messageId),
                acceptedAt,
                List.of(
                        column(attributes, DeadLetterAttributes.RECEIVES),
                        column(attributes, DeadLetterAttributes.CAUSE),
                        value(attributes, DeadLetterAttributes.STATUS)
                                .orElseGet(() -> column(attributes, DeadLetterAttributes.ERROR)),
                        column(attributes, DeadLetterAttributes.METHOD),
                        column(attributes, DeadLetterAttributes.PATH)));
    }

    private static String column(Map<String, MessageAttributeValue> attributes, String name) {
        return value(attributes, name).orElse(UNKNOWN);
    }

    /** Whoever may write into the queue may write anything: nothing of it reaches the terminal but visible characters. */
    private static Optional<String> value(Map<String, MessageAttributeValue> attributes, String name) {
        return Optional.ofNullable(attributes.get(name))
                .flatMap(attribute -> Optional.ofNullable(attribute.stringValue()))
                .map(text -> text.replaceAll("[^!-~]", "?"));
    }

    /** The line, with tabs between its columns. */
    String text(Instant now) {
        String age = acceptedAt.map(at -> age(Duration.between(at, now))).orElse(UNKNOWN);
        return id + "\t" + acceptedAt.map(Instant::toString).orElse(UNKNOWN) + "\t" + age + "\t"
                + String.join("\t", columns);
    }

    private static String age(Duration age) {
        return age.toHours() > 0 ? age.toHours() + "h" : Math.max(0, age.toMinutes()) + "m";
    }
}
