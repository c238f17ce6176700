package dev.tailnetproxy.client;

/** The request's body can't pass Lambda. Nothing was sent. */
public final class RequestTooLargeException extends TailscaleProxyException {

    private final long limit;

    RequestTooLargeException(BodyLimit limit) {
        super(limit.sentence());
        this.limit = limit.bytes();
    }

    /** The most bytes that a body of this media type may have. */
    public long limit() {
        return limit;
    }
}
