package dev.tailnetproxy.proxy.delivery;

/** SQS has not done what it was asked for. The message is a sentence for the log. */
final class QueueException extends RuntimeException {

    QueueException(String message) {
        super(message);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
