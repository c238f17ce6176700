package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.SqsProtocolServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQS as the SDK calls it. */
class SqsQueueTest {

    private static final String MESSAGE = "{\"marked\":\"secret\"}";
    private static final DeadLetter WHY =
            new DeadLetter(DeadLetter.Cause.GIVEN_UP, Optional.of(503), Optional.of("Timeout"));
    private static final QueueRecord RECEIVED = received(MESSAGE);

    private final SqsProtocolServer sqs = new SqsProtocolServer();
    private final CapturedLog log = CapturedLog.of("");

    @BeforeEach
    void listen() {
        System.getProperties().putAll(sqs.properties());
    }

    @AfterEach
    void stop() {
        log.close();
        sqs.properties().keySet().forEach(System::clearProperty);
        sqs.close();
        assertThat(log.messages().toString()).doesNotContain("marked");
    }

    private SqsQueue queue(String suffix) {
        return SqsQueue.fromEnvironment(new QueueSettings(
                QueueUrl.parse(sqs.url("hooks" + suffix)),
                QueueUrl.parse(sqs.url("dead" + suffix)),
                QueueSettings.Order.ALL,
                Duration.ofHours(1)));
    }

    private JsonObject only(String operation) {
        assertThat(sqs.calls()).singleElement().satisfies(call -> assertThat(call.operation())
                .isEqualTo(operation));
        return sqs.calls().get(0).parameters();
    }

    @Test
    void standardQueueGetsMessageAlone() {
        try (SqsQueue queue = queue("")) {
            assertThat(queue.put(MESSAGE, Optional.empty())).isEqualTo("message-1");
        }

        assertThat(only("SendMessage").getMap())
                .isEqualTo(Map.of("QueueUrl", sqs.url("hooks"), "MessageBody", MESSAGE));
    }

    @Test
    void fifoQueueGetsPosition() {
        try (SqsQueue queue = queue(".fifo")) {
            queue.put(MESSAGE, Optional.of(new DeliveryQueue.Position("all", "id")));
        }

        assertThat(only("SendMessage").getMap())
                .containsEntry("MessageGroupId", "all")
                .containsEntry("MessageDeduplicationId", "id");
    }

    /** In whole seconds, like SQS. */
    @ParameterizedTest
    @CsvSource({"4999, 4", "5000, 5", "900000, 900"})
    void messageIsDelayed(long millis, int seconds) {
        try (SqsQueue queue = queue("")) {
            queue.delay(RECEIVED, Duration.ofMillis(millis));
        }

        assertThat(only("ChangeMessageVisibility").getMap())
                .isEqualTo(
                        Map.of("QueueUrl", sqs.url("hooks"), "ReceiptHandle", "handle", "VisibilityTimeout", seconds));
    }

    @ParameterizedTest
    @CsvSource({"'', false", ".fifo, true"})
    void deadLetterSaysWhy(String suffix, boolean fifo) {
        try (SqsQueue queue = queue(suffix)) {
            queue.addDeadLetter(RECEIVED, WHY);
        }

        JsonObject call = only("SendMessage");
        assertThat(call.getString("QueueUrl")).isEqualTo(sqs.url("dead" + suffix));
        assertThat(call.getString("MessageBody")).isEqualTo(MESSAGE);
        assertThat(call.getString("MessageGroupId")).isEqualTo(fifo ? "g" : null);
        assertThat(call.containsKey("MessageDeduplicationId")).isEqualTo(fifo);
        JsonObject attributes = call.getJsonObject("MessageAttributes");
        assertThat(value(attributes, "cause")).isEqualTo("given-up");
        assertThat(value(attributes, "status")).isEqualTo("503");
        assertThat(value(attributes, "error")).isEqualTo("Timeout");
        assertThat(value(attributes, "receives")).isEqualTo("3");
        assertThat(value(attributes, "sentAt")).isEqualTo("1700000000000");
        assertThat(value(attributes, "messageId")).isEqualTo("m1");
        assertThat(attributes.containsKey("path")).isFalse();
        assertThat(attributes.encode().length()).isLessThan(RequestIntake.ATTRIBUTES_BYTES);
    }

    /** The longest path does not make a message that SQS refuses, and its query may hold a secret. */
    @ParameterizedTest
    @CsvSource({"/hooks/a, /hooks/a", "'/a b', /a?b", "'', -"})
    void deadLetterNamesRequest(String path, String shown) {
        QueueRecord received = received(DeliveryFixture.message(Map.of("path", path, "query", "marked")));
        QueueRecord longest = received(DeliveryFixture.message(Map.of("path", "/" + "x".repeat(30_000))));
        try (SqsQueue queue = queue("")) {
            queue.addDeadLetter(received, WHY);
            queue.addDeadLetter(longest, WHY);
        }

        JsonObject attributes = sqs.calls().get(0).parameters().getJsonObject("MessageAttributes");
        assertThat(value(attributes, "method")).isEqualTo("POST");
        assertThat(value(attributes, "path")).isEqualTo(shown);
        assertThat(attributes.encode()).doesNotContain("marked");
        assertThat(sqs.calls()
                        .get(1)
                        .parameters()
                        .getJsonObject("MessageAttributes")
                        .encode()
                        .length())
                .isLessThan(RequestIntake.ATTRIBUTES_BYTES);
    }

    private static QueueRecord received(String body) {
        return new QueueRecord(
                "m1", "handle", "arn", body, 3, Instant.ofEpochMilli(1_700_000_000_000L), Optional.of("g"));
    }

    private static String value(JsonObject attributes, String name) {
        return attributes.getJsonObject(name).getString("StringValue");
    }

    @Test
    void refusalIsASentence() {
        sqs.refuses("AWS.SimpleQueueService.NonExistentQueue", "the queue does not exist");
        try (SqsQueue queue = queue("")) {
            assertThatExceptionOfType(QueueException.class)
                    .isThrownBy(() -> queue.put(MESSAGE, Optional.empty()))
                    .withMessageContaining("the queue does not exist")
                    .withMessageNotContaining("marked");
        }
    }

    @Test
    void silentSqsIsAFailure() {
        sqs.close();
        try (SqsQueue queue = queue("")) {
            assertThatExceptionOfType(QueueException.class).isThrownBy(() -> queue.put(MESSAGE, Optional.empty()));
        }
    }
}
