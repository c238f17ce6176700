package dev.tailnetproxy.client;

import java.util.Arrays;

/** The errors that the proxy makes itself; the names and their meaning are in the proxy's contract and do not change. */
public enum ProxyError {
    /** The request named no target. */
    MISSING_TARGET("MissingTarget", Reach.SENT_NOTHING_AND_STAYS),
    /** The target is spelled in a way that is not accepted. */
    INVALID_TARGET("InvalidTarget", Reach.SENT_NOTHING_AND_STAYS),
    /** A header, the path or the query can't be passed on. */
    INVALID_HEADER("InvalidHeader", Reach.SENT_NOTHING_AND_STAYS),
    /** A proxy with an HTTP port of its own wants a bearer token. */
    UNAUTHORIZED("Unauthorized", Reach.SENT_NOTHING_AND_STAYS),
    /** The proxy's policy says no. */
    TARGET_NOT_ALLOWED("TargetNotAllowed", Reach.SENT_NOTHING_AND_STAYS),
    /** The proxy itself failed; its log says where. The target may have acted on the request. */
    INTERNAL_ERROR("InternalError", Reach.MAY_HAVE_SENT),
    /** No node of the tailnet routes the target at this moment. */
    NO_TAILNET_ROUTE("NoTailnetRoute", Reach.SENT_NOTHING_AND_MAY_PASS),
    /** The target took no connection. */
    CONNECTION_REFUSED("ConnectionRefused", Reach.SENT_NOTHING_AND_MAY_PASS),
    /** The connection broke before the answer was whole; the target may have acted on the request. */
    CONNECTION_RESET("ConnectionReset", Reach.MAY_HAVE_SENT),
    /** The tailnet knows no such name. */
    NAME_NOT_FOUND("NameNotFound", Reach.SENT_NOTHING_AND_STAYS),
    /** No TLS connection to the target: its certificate, or the handshake. */
    TLS_FAILURE("TlsFailure", Reach.SENT_NOTHING_AND_STAYS),
    /** The target answered with more than Lambda can carry. */
    RESPONSE_TOO_LARGE("ResponseTooLarge", Reach.MAY_HAVE_SENT),
    /** What the target answered is not HTTP. */
    INVALID_RESPONSE("InvalidResponse", Reach.MAY_HAVE_SENT),
    /** The proxy is not in its tailnet: not joined yet, its key refused, its exit node gone. */
    TAILNET_UNAVAILABLE("TailnetUnavailable", Reach.SENT_NOTHING_AND_MAY_PASS),
    /** The proxy has as much to do as it may; nothing was sent. */
    OVERLOADED("Overloaded", Reach.SENT_NOTHING_AND_MAY_PASS),
    /** The target did not answer in time; it may have acted on the request. */
    TIMEOUT("Timeout", Reach.MAY_HAVE_SENT),
    /** A name that this version of the client does not know; see {@link ProxyException#errorName()}. */
    UNKNOWN("", Reach.MAY_HAVE_SENT);

    private final String wireName;
    private final Reach reach;

    ProxyError(String wireName, Reach reach) {
        this.wireName = wireName;
        this.reach = reach;
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
     * the target, and what stood in the way may pass.
     */
    public boolean isRetryable() {
        return reach == Reach.SENT_NOTHING_AND_MAY_PASS;
    }

    private enum Reach {
        SENT_NOTHING_AND_STAYS,
        SENT_NOTHING_AND_MAY_PASS,
        MAY_HAVE_SENT
    }
}
