package dev.tailnetproxy.proxy.delivery;

/** A message of the queue that is no request. Its message is a sentence that quotes nothing of it. */
final class MalformedMessageException extends Exception {

    MalformedMessageException(String sentence) {
        super(sentence);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
