package dev.tailnetproxy.contract;

/** Whether a request that ended with an error can be sent again. */
public enum RetryClass {
    /** The target received nothing of the request, and the same request will fail again. */
    NOT_SENT_PERMANENT,
    /** The target received nothing of the request, and the cause may pass. */
    NOT_SENT_TRANSIENT,
    /** The target may have acted on the request. */
    POSSIBLY_SENT
}
