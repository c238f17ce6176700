package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.http.TunnelEnd;
import dev.tailnetproxy.proxy.state.StateMachine;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A request on its connection, from before it is sent until its exchange is over. It ends once; what comes later has no
 * effect, because the target's end, the client's and a timer race.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>ACTIVE</td><td>COMPLETED</td><td>the exchange ends well; the connection serves further ones</td></tr>
 *   <tr><td>ACTIVE</td><td>FAILED</td><td>the exchange ends by itself, badly, or nobody waits for the dial</td></tr>
 *   <tr><td>ACTIVE</td><td>CANCELLED</td><td>the client leaves, or the response is refused</td></tr>
 *   <tr><td>ACTIVE</td><td>DISCARDED</td><td>the target is silent for too long, or its status is no HTTP</td></tr>
 * </table>
 */
final class Lease {

    /** How an exchange ends. ACTIVE lasts until the request's deadline, which its user watches. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        ACTIVE,
        COMPLETED,
        FAILED,
        CANCELLED,
        DISCARDED;

        @Override
        public boolean mayBecome(State next) {
            return this == ACTIVE && next != ACTIVE;
        }
    }

    /** The longest deadline there is: what else is under way on a connection that is given up gets that long. */
    private static final long SHUTDOWN_TIMEOUT_MS = 900_000;

    private final HttpClientRequest request;
    private final ConnectionUsage use;
    private final boolean reused;
    private final long started;
    private final Runnable onEnd;
    private final StateMachine<State> machine = new StateMachine<>(State.ACTIVE);

    /**
     * Begins an exchange.
     *
     * @param started wall-clock milliseconds now
     * @param onEnd runs once, when the exchange is over
     */
    Lease(HttpClientRequest request, ConnectionUsage use, boolean reused, long started, Runnable onEnd) {
        this.onEnd = onEnd;
        this.request = request;
        this.use = use;
        this.reused = reused;
        this.started = started;
        use.started(this);
    }

    HttpClientRequest request() {
        return request;
    }

    /** Whether the connection was used before. */
    boolean reused() {
        return reused;
    }

    /** Whether the connection serves no other request. */
    boolean isUnusable() {
        return use.isUnusable();
    }

    /** The bytes of the connection, when the target has switched to another protocol. The exchange lasts as long as they. */
    Optional<TunnelEnd> switched() {
        return TunnelEnd.of(((ConnectionBase) request.connection()).channel());
    }

    synchronized State state() {
        return machine.state();
    }

    /** Whether this is the first end. */
    private synchronized boolean end(State how) {
        return machine.enterIfListed(how);
    }

    /** The exchange has ended well. */
    void release() {
        if (end(State.COMPLETED)) {
            use.completed(this);
            onEnd.run();
        }
    }

    /** The exchange has ended by itself, badly. */
    void failed() {
        if (end(State.FAILED)) {
            use.ended(this);
            onEnd.run();
        }
    }

    /** Ends the exchange, whose connection is in order. HTTP/1.1 has no other way than to close it. */
    void cancel() {
        if (end(State.CANCELLED)) {
            if (isHttp2()) {
                request.reset(Http2Error.CANCEL.code());
            } else {
                closeIfCurrent();
            }
            use.ended(this);
            onEnd.run();
        }
    }

    /** Ends the exchange and gives the connection up, unless others have shown meanwhile that it is in order. */
    void discard() {
        if (end(State.DISCARDED)) {
            if (isHttp2()) {
                request.reset(Http2Error.CANCEL.code());
                if (!use.completedSince(started)) {
                    use.markUnusable();
                    retire(request);
                }
            } else {
                closeIfCurrent();
            }
            use.ended(this);
            onEnd.run();
        }
    }

    /** Nobody waits any more for what was to be sent. */
    void abandon() {
        request.exceptionHandler(e -> {});
        use.markUnusable();
        retire(request);
        failed();
    }

    /** Gives up the connection of a request that was not sent. */
    static void retire(HttpClientRequest unsent) {
        if (unsent.version() == HttpVersion.HTTP_2) {
            unsent.connection().shutdown(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } else {
            unsent.connection().close();
        }
    }

    private boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    /** At once: an orderly close would wait until the target has read what is still to be written. */
    private void closeIfCurrent() {
        if (use.isCurrent(this)) {
            use.markUnusable();
            var unused = ((ConnectionBase) request.connection()).channel().close();
        }
    }
}
