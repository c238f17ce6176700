package dev.tailnetproxy.proxy.upstream;

import java.time.Clock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** By whom a connection is used, and when it was last used well, by the wall clock. */
final class ConnectionUse {

    private final Clock clock;
    private final boolean shared;
    private final LongSupplier mostExchanges;
    private final Runnable whenFree;
    private int open;
    private boolean free = true;
    private long lastEnd;
    private @Nullable Lease holder;
    private boolean unusable;

    /**
     * A connection that nobody uses.
     *
     * @param shared whether several exchanges use it at the same time
     * @param mostExchanges how many may, as the target says
     * @param whenFree runs when another exchange can begin on it
     */
    ConnectionUse(Clock clock, boolean shared, LongSupplier mostExchanges, Runnable whenFree) {
        this.clock = clock;
        this.shared = shared;
        this.mostExchanges = mostExchanges;
        this.whenFree = whenFree;
        this.lastEnd = clock.millis();
    }

    /** How long nobody has used it, in milliseconds. */
    synchronized long idleMillis() {
        return open > 0 ? 0 : clock.millis() - lastEnd;
    }

    synchronized boolean isUnused() {
        return open == 0;
    }

    /** When it was last used well. */
    synchronized long lastEnd() {
        return lastEnd;
    }

    /** Whether it is free for another exchange, beside those that are about to begin. */
    synchronized boolean takesMore(int aboutToBegin) {
        return shared ? open + aboutToBegin < mostExchanges.getAsLong() : free && aboutToBegin == 0;
    }

    synchronized void begun(Lease lease) {
        open++;
        holder = lease;
        free = false;
    }

    void ended(Lease lease) {
        synchronized (this) {
            open--;
            free |= lease.equals(holder);
        }
        whenFree.run();
    }

    void endedWell(Lease lease) {
        synchronized (this) {
            open--;
            lastEnd = clock.millis();
            free |= lease.equals(holder);
        }
        whenFree.run();
    }

    /** A response over HTTP/1.1 has arrived whole, though perhaps nobody has read all of it. */
    void hasResponded() {
        synchronized (this) {
            free = true;
        }
        whenFree.run();
    }

    synchronized boolean endedWellSince(long wallMillis) {
        return lastEnd > wallMillis;
    }

    /** What comes next on it can't be trusted to belong to the next request. It serves no other one. */
    synchronized void makeUnusable() {
        unusable = true;
    }

    synchronized boolean isUnusable() {
        return unusable;
    }

    /**
     * Whether this lease is the newest. An HTTP/1.1 connection is free for the next one as soon as an answer has arrived,
     * also while its reader has not taken all of it.
     */
    synchronized boolean isHeldBy(Lease lease) {
        return lease.equals(holder);
    }
}
