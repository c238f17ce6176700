package dev.tailnetproxy.proxy.upstream;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** By whom a connection is used, and when it was last used well, by the wall clock. */
final class ConnectionUse {

    private final Clock clock;
    private final boolean shared;
    private int open;
    private long lastEnd;
    private @Nullable Lease holder;
    private boolean unusable;

    /** @param shared whether several exchanges use it at the same time */
    ConnectionUse(Clock clock, boolean shared) {
        this.clock = clock;
        this.shared = shared;
        this.lastEnd = clock.millis();
    }

    /** How long nobody has used it, in milliseconds. */
    synchronized long idleMillis() {
        return open > 0 ? 0 : clock.millis() - lastEnd;
    }

    /** Whether it is free for another exchange. */
    synchronized boolean takesMore() {
        return shared || open == 0;
    }

    synchronized void begun(Lease lease) {
        open++;
        holder = lease;
    }

    synchronized void ended() {
        open--;
    }

    synchronized void endedWell() {
        open--;
        lastEnd = clock.millis();
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
