package dev.tailnetproxy.proxy.upstream;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request on its connection, from before it is sent until its exchange is over. Ends once, in one of four ways. */
final class Lease {

    /** The longest deadline there is: what else is under way on a connection that is given up gets that long. */
    private static final long SHUTDOWN_TIMEOUT_MS = 900_000;

    private final HttpClientRequest request;
    private final ConnectionUsage use;
    private final boolean reused;
    private final long started;
    private final Runnable onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();

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

    /** The exchange has ended well. */
    void release() {
        if (ended.compareAndSet(false, true)) {
            use.completed(this);
            onEnd.run();
        }
    }

    /** The exchange has ended by itself, badly. */
    void failed() {
        if (ended.compareAndSet(false, true)) {
            use.ended(this);
            onEnd.run();
        }
    }

    /** Ends the exchange, whose connection is in order. HTTP/1.1 has no other way than to close it. */
    void cancel() {
        if (ended.compareAndSet(false, true)) {
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
        if (ended.compareAndSet(false, true)) {
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
