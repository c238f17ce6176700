package dev.tailnetproxy.proxy.upstream;

import java.time.Clock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** By whom a connection is used, and when it was last used well, by the wall clock. */
final class ConnectionUsage {

    private final Clock clock;
    private final boolean shared;
    private final LongSupplier maxConcurrent;
    private final Runnable onFree;
    private int open;
    private boolean available = true;
    private long lastCompletion;
    private @Nullable Lease current;
    private boolean unusable;

    /**
     * A connection that nobody uses.
     *
     * @param shared whether several exchanges use it at the same time
     * @param maxConcurrent how many may, as the target says
     * @param onFree runs when another exchange can begin on it
     */
    ConnectionUsage(Clock clock, boolean shared, LongSupplier maxConcurrent, Runnable onFree) {
        this.clock = clock;
        this.shared = shared;
        this.maxConcurrent = maxConcurrent;
        this.onFree = onFree;
        this.lastCompletion = clock.millis();
    }

    /** How long nobody has used it, in milliseconds. */
    synchronized long idleMillis() {
        return open > 0 ? 0 : clock.millis() - lastCompletion;
    }

    synchronized boolean isUnused() {
        return open == 0;
    }

    /** When it was last used well. */
    synchronized long lastCompletion() {
        return lastCompletion;
    }

    /** Whether it is free for another exchange, beside those that are about to begin. */
    synchronized boolean hasCapacity(int pending) {
        return shared ? open + pending < maxConcurrent.getAsLong() : available && pending == 0;
    }

    synchronized void started(Lease lease) {
        open++;
        current = lease;
        available = false;
    }

    void ended(Lease lease) {
        synchronized (this) {
            open--;
            available |= lease.equals(current);
        }
        onFree.run();
    }

    void completed(Lease lease) {
        synchronized (this) {
            open--;
            lastCompletion = clock.millis();
            available |= lease.equals(current);
        }
        onFree.run();
    }

    /** A response over HTTP/1.1 has arrived whole, though perhaps nobody has read all of it. */
    void responseReceived() {
        synchronized (this) {
            available = true;
        }
        onFree.run();
    }

    synchronized boolean completedSince(long wallMillis) {
        return lastCompletion > wallMillis;
    }

    /** What comes next on it can't be trusted to belong to the next request. It serves no other one. */
    synchronized void markUnusable() {
        unusable = true;
    }

    synchronized boolean isUnusable() {
        return unusable;
    }

    /**
     * Whether this lease is the newest. An HTTP/1.1 connection is free for the next one as soon as a response has arrived,
     * also while its reader has not taken all of it.
     */
    synchronized boolean isCurrent(Lease lease) {
        return lease.equals(current);
    }
}
