package dev.tailnetproxy.proxy.webhook;

import java.io.Serial;

/** The secrets can't be read. The message is for the operator and quotes nothing of a secret. */
public final class UnreadableSecretException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    public UnreadableSecretException(String message) {
        super(message);
    }
}
