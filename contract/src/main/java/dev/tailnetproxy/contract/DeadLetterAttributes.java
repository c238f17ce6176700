package dev.tailnetproxy.contract;

/** The attributes of a dead letter: why the forwarder delivers a message no more. */
public final class DeadLetterAttributes {

    /** {@code malformed}, {@code refused} or {@code given-up}. */
    public static final String CAUSE = "cause";

    /** The target's last status; absent if it has not responded. */
    public static final String STATUS = "status";

    /** The {@linkplain ErrorName#wireName() name} of the proxy's last error; absent if the target has responded. */
    public static final String ERROR = "error";

    /** How often the message was received. */
    public static final String RECEIVES = "receives";

    /** When the request was accepted, in milliseconds since 1970. */
    public static final String SENT_AT = "sentAt";

    /** The message's id in the queue of accepted requests, which the log has. */
    public static final String MESSAGE_ID = "messageId";

    /** The request's method; absent if the message is no request. */
    public static final String METHOD = "method";

    /** The beginning of the request's path, without its query; absent if the message is no request. */
    public static final String PATH = "path";

    private DeadLetterAttributes() {}
}
