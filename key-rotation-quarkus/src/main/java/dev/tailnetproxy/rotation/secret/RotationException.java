package dev.tailnetproxy.rotation.secret;

/** A rotation can't go on. The message is for the operator; it never quotes a secret. */
public class RotationException extends RuntimeException {

    /** @param message one sentence */
    public RotationException(String message) {
        super(message);
    }
}
