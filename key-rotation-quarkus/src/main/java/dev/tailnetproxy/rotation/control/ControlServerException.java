package dev.tailnetproxy.rotation.control;

import dev.tailnetproxy.rotation.secret.RotationException;

/** A call of a control server failed. It has no cause: a library's exception may quote a response with a key. */
public final class ControlServerException extends RotationException {

    private final int status;

    /**
     * A call without a usable response.
     *
     * @param status of the response, or 0 when there was none
     */
    public ControlServerException(String call, int status, String what) {
        super("The control server failed at \"" + call + "\": " + what);
        this.status = status;
    }

    /** The status of the response, or 0. */
    public int status() {
        return status;
    }

    /** Whether the call may have had its effect all the same. */
    public boolean mayHaveHappened() {
        return status < 400 || status >= 500;
    }
}
