package dev.tailnetproxy.client.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Calls of SQS for an operator. */
final class DeadLetterQueue implements AutoCloseable {

    /** SQS's limit for one call. */
    private static final int MAX_BATCH = 10;

    /** How long a message is hidden from others meanwhile, and from the next call of the same list. */
    private static final int HIDDEN_SECONDS = 60;

    /** A call that finds messages does not wait; one that waits asks all of SQS's servers. */
    private static final int WAIT_SECONDS = 1;

    private final SqsClient client;

    private DeadLetterQueue(SqsClient client) {
        this.client = client;
    }

    /** With region, credentials and endpoint as the AWS SDK finds them. */
    static DeadLetterQueue fromEnvironment() {
        return new DeadLetterQueue(SqsClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                // Bodies are not used, and the comparison of MD5s would log them, at level DEBUG.
                .checksumValidationEnabled(false)
                .build());
    }

    /** The messages, up to a number. They are received, and released again. */
    List<DeadLetterLine> list(String queueUrl, int max) {
        Map<String, Message> found = new LinkedHashMap<>();
        try {
            List<Message> batch = receive(queueUrl, max);
            while (!batch.isEmpty()) {
                batch.forEach(message -> found.put(message.messageId(), message));
                batch = found.size() < max ? receive(queueUrl, max - found.size()) : List.of();
            }
        } finally {
            found.values().forEach(message -> release(queueUrl, message));
        }
        return new ArrayList<>(found.values()).stream().map(DeadLetterLine::of).toList();
    }

    private List<Message> receive(String queueUrl, int wanted) {
        return client.receiveMessage(request -> request.queueUrl(queueUrl)
                        .maxNumberOfMessages(Math.min(Math.max(wanted, 1), MAX_BATCH))
                        .visibilityTimeout(HIDDEN_SECONDS)
                        .waitTimeSeconds(WAIT_SECONDS)
                        .messageSystemAttributeNames(MessageSystemAttributeName.SENT_TIMESTAMP)
                        .messageAttributeNames("All"))
                .messages();
    }

    private void release(String queueUrl, Message message) {
        client.changeMessageVisibility(request -> request.queueUrl(queueUrl)
                .receiptHandle(message.receiptHandle())
                .visibilityTimeout(0));
    }

    /** Has SQS move all messages; they are safe if this process ends. */
    void redrive(String queueUrl, String destinationUrl, int messagesPerSecond) {
        client.startMessageMoveTask(request -> request.sourceArn(arn(queueUrl))
                .destinationArn(arn(destinationUrl))
                .maxNumberOfMessagesPerSecond(messagesPerSecond));
    }

    private String arn(String queueUrl) {
        Map<QueueAttributeName, String> attributes = client.getQueueAttributes(
                        request -> request.queueUrl(queueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes();
        return Objects.requireNonNull(attributes.get(QueueAttributeName.QUEUE_ARN), "every queue has an ARN");
    }

    @Override
    public void close() {
        client.close();
    }
}
