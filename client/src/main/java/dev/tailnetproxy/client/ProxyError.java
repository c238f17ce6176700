package dev.tailnetproxy.client;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.RetryClass;
import java.util.Arrays;
import java.util.Optional;

/** The errors that the proxy makes itself; the names and their meaning are in the proxy's contract and do not change. */
public enum ProxyError {
    /** The request named no target. */
    MISSING_TARGET(ErrorName.MISSING_TARGET),
    /** The target is spelled in a way that is not accepted. */
    INVALID_TARGET(ErrorName.INVALID_TARGET),
    /** A header, the path or the query can't be passed on. */
    INVALID_HEADER(ErrorName.INVALID_HEADER),
    /** A proxy with an HTTP port of its own wants a bearer token. */
    UNAUTHORIZED(ErrorName.UNAUTHORIZED),
    /** A proxy in forwarder mode refuses the sender's address. */
    SENDER_NOT_ALLOWED(ErrorName.SENDER_NOT_ALLOWED),
    /** The proxy's policy refuses the target. */
    TARGET_NOT_ALLOWED(ErrorName.TARGET_NOT_ALLOWED),
    /** A proxy in forwarder mode does not forward the path. */
    PATH_NOT_ALLOWED(ErrorName.PATH_NOT_ALLOWED),
    /** A proxy in forwarder mode does not forward the method. */
    METHOD_NOT_ALLOWED(ErrorName.METHOD_NOT_ALLOWED),
    /** A proxy in forwarder mode does not forward so long a body. */
    CONTENT_TOO_LARGE(ErrorName.CONTENT_TOO_LARGE),
    /** A proxy in forwarder mode does not forward bodies of this type. */
    UNSUPPORTED_MEDIA_TYPE(ErrorName.UNSUPPORTED_MEDIA_TYPE),
    /** The proxy itself failed; its log says where. The target may have acted on the request. */
    INTERNAL_ERROR(ErrorName.INTERNAL_ERROR),
    /** No node of the tailnet routes the target at this moment. */
    NO_TAILNET_ROUTE(ErrorName.NO_TAILNET_ROUTE),
    /** The target took no connection. */
    CONNECTION_REFUSED(ErrorName.CONNECTION_REFUSED),
    /** The connection broke before the response was whole; the target may have acted on the request. */
    CONNECTION_RESET(ErrorName.CONNECTION_RESET),
    /** The tailnet knows no such name. */
    NAME_NOT_FOUND(ErrorName.NAME_NOT_FOUND),
    /** No TLS connection to the target: its certificate, or the handshake. */
    TLS_FAILURE(ErrorName.TLS_FAILURE),
    /** The target responded with more than Lambda can carry. */
    RESPONSE_TOO_LARGE(ErrorName.RESPONSE_TOO_LARGE),
    /** The target's response is not HTTP. */
    INVALID_RESPONSE(ErrorName.INVALID_RESPONSE),
    /** Forwarder mode: the sender cannot be verified now. */
    VERIFICATION_UNAVAILABLE(ErrorName.VERIFICATION_UNAVAILABLE),
    /** The proxy is not in its tailnet: not joined yet, its key refused, its exit node gone. */
    TAILNET_UNAVAILABLE(ErrorName.TAILNET_UNAVAILABLE),
    /** Forwarder mode: the request could not be kept for delivery. */
    QUEUE_UNAVAILABLE(ErrorName.QUEUE_UNAVAILABLE),
    /** The proxy has as much to do as it may; nothing was sent. */
    OVERLOADED(ErrorName.OVERLOADED),
    /** The target did not respond in time; it may have acted on the request. */
    TIMEOUT(ErrorName.TIMEOUT),
    /** A name that this version of the client does not know; see {@link ProxyException#errorName()}. */
    UNKNOWN;

    private final Optional<ErrorName> name;

    ProxyError(ErrorName name) {
        this.name = Optional.of(name);
    }

    ProxyError() {
        this.name = Optional.empty();
    }

    /** The error of this name, as it stands in {@code ts-error-name}. */
    public static ProxyError of(String wireName) {
        return Arrays.stream(values())
                .filter(error -> error.name.isPresent() && error.wireName().equals(wireName))
                .findAny()
                .orElse(UNKNOWN);
    }

    /** The name as it stands in {@code ts-error-name}; empty for {@link #UNKNOWN}. */
    public String wireName() {
        return name.map(ErrorName::wireName).orElse("");
    }

    /**
     * Whether the same request may succeed later and can be sent again without being done twice: nothing of it has reached
     * the target, and the cause may be temporary.
     */
    public boolean isRetryable() {
        return name.filter(error -> error.retryClass() == RetryClass.NOT_SENT_TRANSIENT)
                .isPresent();
    }
}
