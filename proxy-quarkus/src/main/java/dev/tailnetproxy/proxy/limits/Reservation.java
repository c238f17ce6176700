package dev.tailnetproxy.proxy.limits;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;

/** The bytes in memory of one request: taken from the limit of all as they arrive, given back when the request is over. */
public final class Reservation implements AutoCloseable {

    private final Limit limit;
    private long bytes;
    private boolean closed;

    public Reservation(Limit limit) {
        this.limit = limit;
    }

    /**
     * So many bytes more are about to be kept.
     *
     * @throws ProxyFailure when they do not fit, or when the request is over
     */
    public synchronized void add(long additional) {
        if (closed) {
            throw new ProxyFailure(ErrorName.CONNECTION_RESET, "the request is over before the end of the body");
        }
        if (!tryAdd(additional)) {
            throw limit.refusal();
        }
    }

    /** Like {@link #add}, for who can do without. */
    public synchronized boolean tryAdd(long additional) {
        if (closed || !limit.tryAcquire(additional)) {
            return false;
        }
        bytes += additional;
        return true;
    }

    /** So many bytes are not kept any more. */
    public synchronized void release(long bytesReleased) {
        if (!closed) {
            limit.release(bytesReleased);
            bytes -= bytesReleased;
        }
    }

    /** Nothing of it is kept any more. */
    @Override
    public synchronized void close() {
        closed = true;
        limit.release(bytes);
        bytes = 0;
    }
}
