package dev.tailnetproxy.proxy.failure;

/** The names of the errors that the proxy makes itself. They are part of the contract and do not change. */
public enum ErrorName {
    MISSING_TARGET("MissingTarget", 400, "The request names no target"),
    INVALID_TARGET("InvalidTarget", 400, "The target is not valid"),
    INVALID_HEADER("InvalidHeader", 400, "The request is not valid"),
    UNAUTHORIZED("Unauthorized", 401, "The request shows no token that is accepted"),
    TARGET_NOT_ALLOWED("TargetNotAllowed", 403, "The target is not allowed"),
    INTERNAL_ERROR("InternalError", 500, "The proxy itself failed on the request"),
    NO_TAILNET_ROUTE("NoTailnetRoute", 502, "Nobody in the tailnet routes the target"),
    CONNECTION_REFUSED("ConnectionRefused", 502, "The target refused the connection"),
    CONNECTION_RESET("ConnectionReset", 502, "The connection to the target broke"),
    NAME_NOT_FOUND("NameNotFound", 502, "The target's name is unknown in the tailnet"),
    TLS_FAILURE("TlsFailure", 502, "No TLS connection to the target"),
    RESPONSE_TOO_LARGE("ResponseTooLarge", 502, "The target's response is too large"),
    INVALID_RESPONSE("InvalidResponse", 502, "The target's response is not valid HTTP"),
    TAILNET_UNAVAILABLE("TailnetUnavailable", 503, "The tailnet is not available"),
    OVERLOADED("Overloaded", 503, "The proxy has too much to do"),
    TIMEOUT("Timeout", 504, "The target did not respond in time");

    private final String wireName;
    private final int status;
    private final String title;

    ErrorName(String wireName, int status, String title) {
        this.wireName = wireName;
        this.status = status;
        this.title = title;
    }

    /** The name as it stands in {@code ts-error-name}. */
    public String wireName() {
        return wireName;
    }

    /** The HTTP status of the response. */
    public int status() {
        return status;
    }

    /** Whether the proxy does not accept the request: its content, its target, or for lack of capacity. */
    public boolean isRefusal() {
        return status < 500 || this == OVERLOADED;
    }

    /** A short summary that is the same for every error of this name (RFC 9457 section 3.1.3). */
    public String title() {
        return title;
    }
}
