package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.contract.DeadLetterAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** The queues in SQS. */
public final class SqsQueue implements DeliveryQueue, AutoCloseable {

    /** Of a path, and of anything else that a message says. */
    private static final int MAX_ATTRIBUTE_LENGTH = 200;

    /** A sender waits meanwhile; most give up after ten seconds. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(2);

    private final QueuedRequest format = new QueuedRequest();
    private final SqsClient client;
    private final QueueSettings settings;

    private SqsQueue(SqsClient client, QueueSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /**
     * With region, credentials and endpoint as the AWS SDK finds them.
     *
     * @throws IllegalStateException with a sentence, when there is no region
     */
    public static SqsQueue fromEnvironment(QueueSettings settings) {
        try {
            return new SqsQueue(
                    SqsClient.builder()
                            // The JDK's client: no event loop of its own, and small in a native executable.
                            .httpClient(UrlConnectionHttpClient.create())
                            // TLS protects the messages; the comparison of MD5s logs them, at level DEBUG.
                            .checksumValidationEnabled(false)
                            .overrideConfiguration(
                                    override -> override.apiCallTimeout(TIMEOUT).apiCallAttemptTimeout(ATTEMPT_TIMEOUT))
                            .build(),
                    settings);
        } catch (SdkException e) {
            throw new IllegalStateException("the AWS SDK can't be set up: " + e.getMessage(), e);
        }
    }

    @Override
    public String put(String message, Optional<Position> position) {
        SendMessageRequest.Builder request =
                SendMessageRequest.builder().queueUrl(settings.queue().text()).messageBody(message);
        return send(request, position);
    }

    private String send(SendMessageRequest.Builder request, Optional<Position> position) {
        position.ifPresent(
                place -> request.messageGroupId(place.group()).messageDeduplicationId(place.deduplicationId()));
        return call(() -> client.sendMessage(request.build()).messageId());
    }

    @Override
    public void delay(QueueRecord received, Duration time) {
        call(() -> client.changeMessageVisibility(
                request -> request.queueUrl(settings.queue().text())
                        .receiptHandle(received.receiptHandle())
                        .visibilityTimeout((int) time.toSeconds())));
    }

    @Override
    public void addDeadLetter(QueueRecord received, DeadLetter why) {
        SendMessageRequest.Builder request = SendMessageRequest.builder()
                .queueUrl(settings.deadLetters().text())
                .messageBody(received.body())
                .messageAttributes(attributes(received, why));
        Optional<Position> position = settings.deadLetters().isFifo()
                // A message that is put there twice, because the first response was lost, stands there once.
                ? Optional.of(new Position(received.group().orElse("all"), Digests.sha256(received.messageId())))
                : Optional.empty();
        send(request, position);
    }

    private Map<String, MessageAttributeValue> attributes(QueueRecord received, DeadLetter why) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        attributes.put(DeadLetterAttributes.CAUSE, text(why.cause().word()));
        attributes.put(DeadLetterAttributes.MESSAGE_ID, text(received.messageId()));
        attributes.put(DeadLetterAttributes.RECEIVES, number(received.receives()));
        attributes.put(DeadLetterAttributes.SENT_AT, number(received.sentAt().toEpochMilli()));
        why.status().ifPresent(status -> attributes.put(DeadLetterAttributes.STATUS, number(status)));
        why.error().ifPresent(error -> attributes.put(DeadLetterAttributes.ERROR, text(error)));
        try {
            QueuedRequest.Content request = format.read(received.body());
            attributes.put(DeadLetterAttributes.METHOD, text(printable(request.method())));
            attributes.put(DeadLetterAttributes.PATH, text(printable(request.path())));
        } catch (MalformedMessageException e) {
            // That is why it is a dead letter.
        }
        return attributes;
    }

    /** SQS refuses an attribute without a value. */
    private static String printable(String said) {
        String clean = said.isEmpty() ? "-" : said.replaceAll("[^!-~]", "?");
        return clean.length() > MAX_ATTRIBUTE_LENGTH ? clean.substring(0, MAX_ATTRIBUTE_LENGTH) : clean;
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    private static MessageAttributeValue number(long value) {
        return MessageAttributeValue.builder()
                .dataType("Number")
                .stringValue(Long.toString(value))
                .build();
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw new QueueException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
