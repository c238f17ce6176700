package dev.tailnetproxy.proxy.limits;

import dev.tailnetproxy.proxy.failure.ErrorName;
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
    public synchronized void add(long more) {
        if (closed) {
            throw new ProxyFailure(ErrorName.CONNECTION_RESET, "nobody waits for the rest of the body");
        }
        if (!limit.tryTake(more)) {
            throw limit.refusal();
        }
        bytes += more;
    }

    /** Nothing of it is kept any more. */
    @Override
    public synchronized void close() {
        closed = true;
        limit.giveBack(bytes);
        bytes = 0;
    }
}
