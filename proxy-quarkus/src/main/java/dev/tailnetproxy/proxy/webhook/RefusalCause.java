package dev.tailnetproxy.proxy.webhook;

/** Why a sender is not accepted. */
public enum RefusalCause {
    MISSING_FIELD("the request lacks what the signature needs"),
    REPEATED_FIELD("the request has more than one of what the signature needs once"),
    MALFORMED_SIGNATURE("the signature is not in its scheme's form"),
    MALFORMED_TIMESTAMP("the timestamp is not a number of seconds"),
    MALFORMED_CONTENT("the signed content can't be read"),
    UNSIGNED_BODY("the signature does not cover the body"),
    TOO_OLD("the timestamp is older than the tolerance"),
    IN_FUTURE("the timestamp is further in the future than the tolerance"),
    WRONG_SIGNATURE("no secret gives the signature");

    private final String sentence;

    RefusalCause(String sentence) {
        this.sentence = sentence;
    }

    /** The cause as a sentence. */
    public String sentence() {
        return sentence;
    }
}
