package dev.tailnetproxy.contract;

/** How large the parts of a message may be. */
public final class SizeLimits {

    /** A header section. Common servers take 8 to 64 KiB; more would be refused behind the proxy. */
    public static final int MAX_HEADER_SECTION_BYTES = 64 * 1024;

    /** Path and query together. */
    public static final int MAX_REQUEST_TARGET_BYTES = 32 * 1024;

    /** What Lambda takes as the event of an invocation, and as its response: 6 MB, the body in base64 where it is no text. */
    public static final int MAX_LAMBDA_PAYLOAD_BYTES = 6 * 1024 * 1024;

    /** What SQS takes as one message, its attributes included. */
    public static final int MAX_SQS_MESSAGE_BYTES = 1024 * 1024;

    private SizeLimits() {}
}
