package dev.tailnetproxy.contract;

/** The names of the errors that the proxy makes itself. They are part of the contract and do not change. */
public enum ErrorName {
    MISSING_TARGET("MissingTarget", 400, "The request names no target", RetryClass.NOT_SENT_PERMANENT),
    INVALID_TARGET("InvalidTarget", 400, "The target is not valid", RetryClass.NOT_SENT_PERMANENT),
    INVALID_HEADER("InvalidHeader", 400, "The request is not valid", RetryClass.NOT_SENT_PERMANENT),
    UNAUTHORIZED(
            "Unauthorized", 401, "The request shows no credentials that are accepted", RetryClass.NOT_SENT_PERMANENT),
    SENDER_NOT_ALLOWED("SenderNotAllowed", 403, "The sender is not allowed", RetryClass.NOT_SENT_PERMANENT),
    TARGET_NOT_ALLOWED("TargetNotAllowed", 403, "The target is not allowed", RetryClass.NOT_SENT_PERMANENT),
    PATH_NOT_ALLOWED("PathNotAllowed", 404, "The path is not forwarded", RetryClass.NOT_SENT_PERMANENT),
    METHOD_NOT_ALLOWED("MethodNotAllowed", 405, "The method is not forwarded", RetryClass.NOT_SENT_PERMANENT),
    CONTENT_TOO_LARGE("ContentTooLarge", 413, "The body is too large", RetryClass.NOT_SENT_PERMANENT),
    UNSUPPORTED_MEDIA_TYPE(
            "UnsupportedMediaType", 415, "The body is of a type that is not forwarded", RetryClass.NOT_SENT_PERMANENT),
    INTERNAL_ERROR("InternalError", 500, "The proxy itself failed on the request", RetryClass.POSSIBLY_SENT),
    NO_TAILNET_ROUTE("NoTailnetRoute", 502, "Nobody in the tailnet routes the target", RetryClass.NOT_SENT_TRANSIENT),
    CONNECTION_REFUSED("ConnectionRefused", 502, "The target refused the connection", RetryClass.NOT_SENT_TRANSIENT),
    CONNECTION_RESET("ConnectionReset", 502, "The connection to the target broke", RetryClass.POSSIBLY_SENT),
    NAME_NOT_FOUND("NameNotFound", 502, "The target's name is unknown in the tailnet", RetryClass.NOT_SENT_PERMANENT),
    TLS_FAILURE("TlsFailure", 502, "No TLS connection to the target", RetryClass.NOT_SENT_PERMANENT),
    RESPONSE_TOO_LARGE("ResponseTooLarge", 502, "The target's response is too large", RetryClass.POSSIBLY_SENT),
    INVALID_RESPONSE("InvalidResponse", 502, "The target's response is not valid HTTP", RetryClass.POSSIBLY_SENT),
    VERIFICATION_UNAVAILABLE(
            "VerificationUnavailable", 503, "The sender cannot be verified now", RetryClass.NOT_SENT_TRANSIENT),
    TAILNET_UNAVAILABLE("TailnetUnavailable", 503, "The tailnet is not available", RetryClass.NOT_SENT_TRANSIENT),
    QUEUE_UNAVAILABLE(
            "QueueUnavailable", 503, "The request could not be kept for delivery", RetryClass.NOT_SENT_TRANSIENT),
    OVERLOADED("Overloaded", 503, "The proxy has too much to do", RetryClass.NOT_SENT_TRANSIENT),
    TIMEOUT("Timeout", 504, "The target did not respond in time", RetryClass.POSSIBLY_SENT);

    private final String wireName;
    private final int status;
    private final String title;
    private final RetryClass retryClass;

    ErrorName(String wireName, int status, String title, RetryClass retryClass) {
        this.wireName = wireName;
        this.status = status;
        this.title = title;
        this.retryClass = retryClass;
    }

    /** The name as it stands in {@code ts-error-name}. */
    public String wireName() {
        return wireName;
    }

    /** The HTTP status of the response. */
    public int status() {
        return status;
    }

    /** Whether the request can be sent again. */
    public RetryClass retryClass() {
        return retryClass;
    }

    /** Whether the proxy does not accept the request: its content, its target, or for lack of capacity. */
    public boolean isRefusal() {
        return status < 500 || this == OVERLOADED;
    }

    /** Whether the status is one of a server's (RFC 9110 section 15.6): the fault is not the client's. */
    public boolean isServerError() {
        return status >= 500;
    }

    /** A short summary that is the same for every error of this name (RFC 9457 section 3.1.3). */
    public String title() {
        return title;
    }
}
