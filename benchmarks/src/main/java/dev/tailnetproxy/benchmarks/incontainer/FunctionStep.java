package dev.tailnetproxy.benchmarks.incontainer;

/** A part of an invocation whose time is taken. */
public enum FunctionStep {
    /** The event's bytes to the response's bytes, with the exchange with the target. */
    FUNCTION,
    /** The exchange with the target by hand. */
    STRAIGHT,
    /** The event's bytes to its members. */
    EVENT_JSON,
    /** Its members to a request, with a body in bytes. */
    EVENT_TO_REQUEST,
    /** The body's base64 to bytes, a part of the step before. */
    BASE64_IN,
    /** The target and the fields, of the request and of the response. */
    FIELDS,
    /** From the invocation's thread to an event loop and back. */
    HAND_OVER,
    /** The response to its bytes. */
    RESPONSE_JSON,
    /** The same for one without a body. */
    RESPONSE_JSON_WITHOUT_BODY,
    /** The line of the request. */
    LOG_LINE;

    /** The first word of the line that tells of it. */
    public static final String WORD = "step";
}
