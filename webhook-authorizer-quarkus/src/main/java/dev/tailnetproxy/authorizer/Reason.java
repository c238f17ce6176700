package dev.tailnetproxy.authorizer;

/** Why a request is allowed or denied. */
enum Reason {
    /** A prefix of the list holds the source address. */
    LISTED("listed"),

    /** No prefix of the list holds the source address. */
    NOT_LISTED("not-listed"),

    /** The event is not what API Gateway sends to this authorizer. */
    UNEXPECTED_EVENT("unexpected-event"),

    /** There is no valid list. */
    INVALID_SETTING("invalid-setting");

    private final String word;

    Reason(String word) {
        this.word = word;
    }

    /** The word for logs and for the gateway. */
    String word() {
        return word;
    }
}
