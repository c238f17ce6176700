package dev.tailnetproxy.authorizer;

/**
 * Whether a request may pass.
 *
 * @param reason the kind of decision
 * @param detail a sentence for the operator
 */
record Decision(Reason reason, String detail) {

    Decision {
        if (detail.isBlank()) {
            throw new IllegalArgumentException("a decision without a sentence: " + reason);
        }
    }

    boolean isAllowed() {
        return reason == Reason.LISTED;
    }
}
