package dev.tailnetproxy.proxy.http;

import dev.tailnetproxy.proxy.state.StateMachine;
import io.vertx.core.Handler;
import org.jspecify.annotations.Nullable;

/**
 * How a body's stream ends. The first failure is the reason; what follows from it is not told. A failure that comes before
 * the reader has set a handler is kept for it. Thread-safe.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>OPEN</td><td>COMPLETE</td><td>all of the body has arrived</td></tr>
 *   <tr><td>OPEN</td><td>FAILED</td><td>the stream breaks, or is broken off</td></tr>
 * </table>
 */
public final class StreamEnd {

    /** Whether a stream has ended, and how. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        OPEN,
        COMPLETE,
        FAILED;

        @Override
        public boolean mayBecome(State next) {
            return switch (this) {
                case OPEN -> next == COMPLETE || next == FAILED;
                case COMPLETE, FAILED -> false;
            };
        }
    }

    private final StateMachine<State> machine = new StateMachine<>(State.OPEN);
    private @Nullable Throwable failure;
    private @Nullable Handler<Throwable> reader;

    /**
     * All of the body has arrived.
     *
     * @return whether the stream has not broken before
     */
    public synchronized boolean complete() {
        return machine.enterIfListed(State.COMPLETE);
    }

    /**
     * The stream breaks, unless it has ended.
     *
     * @return whether this is the first end
     */
    public boolean fail(Throwable cause) {
        Handler<Throwable> handler;
        synchronized (this) {
            if (!machine.enterIfListed(State.FAILED)) {
                return false;
            }
            failure = cause;
            handler = reader;
        }
        if (handler != null) {
            handler.handle(cause);
        }
        return true;
    }

    /** Tells the handler of a failure: at once, if it has been before. */
    public void onFailure(@Nullable Handler<Throwable> handler) {
        Throwable before;
        synchronized (this) {
            reader = handler;
            before = failure;
        }
        if (handler != null && before != null) {
            handler.handle(before);
        }
    }

    /** Whether the stream has ended in any way. */
    public boolean isOver() {
        return state() != State.OPEN;
    }

    /** Whether all of the body has arrived. */
    public boolean isComplete() {
        return state() == State.COMPLETE;
    }

    synchronized State state() {
        return machine.state();
    }
}
