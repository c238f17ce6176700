package dev.tailnetproxy.proxy.webhook;

import java.io.Serial;

/** Ends the reading of a signature. */
final class RefusedSignature extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final RefusalCause cause;

    /** @param where the field or parameter, by the name that scheme or configuration gives it */
    RefusedSignature(RefusalCause cause, String where) {
        // No stack trace: anybody may send such requests, and a refusal must be cheap.
        super(cause.sentence() + " (" + where + ")", null, false, false);
        this.cause = cause;
    }

    Verdict.Refused verdict() {
        return new Verdict.Refused(cause, String.valueOf(getMessage()));
    }
}
