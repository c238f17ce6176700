package dev.tailnetproxy.proxy.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A message as Lambda hands it over.
 *
 * @param messageId SQS's id of the message
 * @param receiptHandle of this receive
 * @param queueArn where it was received
 * @param body the message
 * @param receives how often it was received, this time included
 * @param sentAt when it was put into the queue
 * @param group the group in a FIFO queue; also messages of other queues may have one
 */
public record QueueRecord(
        String messageId,
        String receiptHandle,
        String queueArn,
        String body,
        int receives,
        Instant sentAt,
        Optional<String> group) {

    public QueueRecord {
        if (messageId.isEmpty() || receiptHandle.isEmpty()) {
            throw new IllegalArgumentException("a message without an id can't be named in a response");
        }
        if (receives < 1) {
            throw new IllegalArgumentException("a message was received at least once");
        }
    }

    /** How long ago it was sent; never negative. */
    Duration age(Instant now) {
        Duration age = Duration.between(sentAt, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** Nothing of the body: it holds credentials and the sender's data. */
    @Override
    public String toString() {
        return "message " + messageId;
    }
}
