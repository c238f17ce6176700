package dev.tailnetproxy.client;

import java.util.Arrays;

/** The errors that the proxy makes itself; the names and their meaning are in the proxy's contract and do not change. */
public enum ProxyError {
    /** The request named no target. */
    MISSING_TARGET("MissingTarget", Delivery.NOT_SENT_PERMANENT),
    /** The target is spelled in a way that is not accepted. */
    INVALID_TARGET("InvalidTarget", Delivery.NOT_SENT_PERMANENT),
    /** A header, the path or the query can't be passed on. */
    INVALID_HEADER("InvalidHeader", Delivery.NOT_SENT_PERMANENT),
    /** A proxy with an HTTP port of its own wants a bearer token. */
    UNAUTHORIZED("Unauthorized", Delivery.NOT_SENT_PERMANENT),
    /** The proxy's policy refuses the target. */
    TARGET_NOT_ALLOWED("TargetNotAllowed", Delivery.NOT_SENT_PERMANENT),
    /** The proxy itself failed; its log says where. The target may have acted on the request. */
    INTERNAL_ERROR("InternalError", Delivery.POSSIBLY_SENT),
    /** No node of the tailnet routes the target at this moment. */
    NO_TAILNET_ROUTE("NoTailnetRoute", Delivery.NOT_SENT_TRANSIENT),
    /** The target took no connection. */
    CONNECTION_REFUSED("ConnectionRefused", Delivery.NOT_SENT_TRANSIENT),
    /** The connection broke before the response was whole; the target may have acted on the request. */
    CONNECTION_RESET("ConnectionReset", Delivery.POSSIBLY_SENT),
    /** The tailnet knows no such name. */
    NAME_NOT_FOUND("NameNotFound", Delivery.NOT_SENT_PERMANENT),
    /** No TLS connection to the target: its certificate, or the handshake. */
    TLS_FAILURE("TlsFailure", Delivery.NOT_SENT_PERMANENT),
    /** The target responded with more than Lambda can carry. */
    RESPONSE_TOO_LARGE("ResponseTooLarge", Delivery.POSSIBLY_SENT),
    /** The target's response is not HTTP. */
    INVALID_RESPONSE("InvalidResponse", Delivery.POSSIBLY_SENT),
    /** The proxy is not in its tailnet: not joined yet, its key refused, its exit node gone. */
    TAILNET_UNAVAILABLE("TailnetUnavailable", Delivery.NOT_SENT_TRANSIENT),
    /** The proxy has as much to do as it may; nothing was sent. */
    OVERLOADED("Overloaded", Delivery.NOT_SENT_TRANSIENT),
    /** The target did not respond in time; it may have acted on the request. */
    TIMEOUT("Timeout", Delivery.POSSIBLY_SENT),
    /** A name that this version of the client does not know; see {@link ProxyException#errorName()}. */
    UNKNOWN("", Delivery.POSSIBLY_SENT);

    private final String wireName;
    private final Delivery delivery;

    ProxyError(String wireName, Delivery delivery) {
        this.wireName = wireName;
        this.delivery = delivery;
    }

    /** The error of this name, as it stands in {@code ts-error-name}. */
    public static ProxyError of(String wireName) {
        return Arrays.stream(values())
                .filter(error -> error.wireName.equals(wireName))
                .findAny()
                .orElse(UNKNOWN);
    }

    /** The name as it stands in {@code ts-error-name}; empty for {@link #UNKNOWN}. */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether the same request may succeed later and can be sent again without being done twice: nothing of it has reached
     * the target, and the cause may be temporary.
     */
    public boolean isRetryable() {
        return delivery == Delivery.NOT_SENT_TRANSIENT;
    }

    private enum Delivery {
        NOT_SENT_PERMANENT,
        NOT_SENT_TRANSIENT,
        POSSIBLY_SENT
    }
}
