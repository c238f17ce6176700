package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.state.StateMachine;
import java.time.Clock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a connection, and when it was last used well, by the wall clock. A connection that several exchanges share is
 * never {@code BUSY}: it counts them.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>AVAILABLE</td><td>BUSY</td><td>an exchange begins over HTTP/1.1</td></tr>
 *   <tr><td>BUSY</td><td>AVAILABLE</td><td>the response has arrived whole, or the exchange has ended</td></tr>
 *   <tr><td>AVAILABLE, BUSY</td><td>UNUSABLE</td><td>its next bytes can't be trusted, or the target ends it</td></tr>
 * </table>
 */
final class ConnectionUsage {

    /** Whether a further exchange may begin. None lasts for a set time: an exchange has its own deadline. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        /** Free for an exchange. The first state. */
        AVAILABLE,
        /** An exchange over HTTP/1.1 has it. */
        BUSY,
        /** No exchange begins on it any more. The last state. */
        UNUSABLE;

        @Override
        public boolean mayBecome(State next) {
            return switch (this) {
                case AVAILABLE -> next == BUSY || next == UNUSABLE;
                case BUSY -> next == AVAILABLE || next == UNUSABLE;
                case UNUSABLE -> false;
            };
        }
    }

    private final StateMachine<State> machine = new StateMachine<>(State.AVAILABLE);
    private final Clock clock;
    private final boolean shared;
    private final LongSupplier maxConcurrent;
    private final Runnable onFree;
    /** Whether the state is AVAILABLE, for those who look for a connection among hundreds and take no lock for each. */
    private volatile boolean available = true;

    private int open;
    private long lastCompletion;
    private @Nullable Lease current;

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

    synchronized State state() {
        return machine.state();
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
    boolean hasCapacity(int pending) {
        return shared ? hasSharedCapacity(pending) : available && pending == 0;
    }

    private synchronized boolean hasSharedCapacity(int pending) {
        return open + pending < maxConcurrent.getAsLong();
    }

    synchronized void started(Lease lease) {
        open++;
        current = lease;
        if (!shared && machine.is(State.AVAILABLE)) {
            enter(State.BUSY);
        }
    }

    void ended(Lease lease) {
        synchronized (this) {
            open--;
            if (lease.equals(current)) {
                makeAvailable();
            }
        }
        onFree.run();
    }

    void completed(Lease lease) {
        synchronized (this) {
            open--;
            lastCompletion = clock.millis();
            if (lease.equals(current)) {
                makeAvailable();
            }
        }
        onFree.run();
    }

    /** A response over HTTP/1.1 has arrived whole, though perhaps nobody has read all of it. */
    void responseReceived() {
        synchronized (this) {
            makeAvailable();
        }
        onFree.run();
    }

    private void enter(State next) {
        machine.enter(next);
        available = machine.is(State.AVAILABLE);
    }

    private void makeAvailable() {
        if (machine.is(State.BUSY)) {
            enter(State.AVAILABLE);
        }
    }

    synchronized boolean completedSince(long wallMillis) {
        return lastCompletion > wallMillis;
    }

    /** What comes next on it can't be trusted to belong to the next request. It serves no other one. */
    synchronized void markUnusable() {
        if (!machine.is(State.UNUSABLE)) {
            enter(State.UNUSABLE);
        }
    }

    synchronized boolean isUnusable() {
        return machine.is(State.UNUSABLE);
    }

    /**
     * Whether this lease is the newest. An HTTP/1.1 connection is free for the next one as soon as a response has arrived,
     * also while its reader has not taken all of it.
     */
    synchronized boolean isCurrent(Lease lease) {
        return lease.equals(current);
    }
}
