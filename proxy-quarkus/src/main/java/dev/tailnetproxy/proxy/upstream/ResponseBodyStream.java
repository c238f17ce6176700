package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A response's body whose failures are the proxy's own: a broken connection, or the deadline. A failure that comes before
 * its reader has set a handler is kept for it; the response would tell nobody, and the reader would wait for ever.
 */
final class ResponseBodyStream implements ReadStream<Buffer> {

    private final HttpClientResponse response;
    private final Runnable onEnded;
    private final Runnable cancel;
    private final OptionalLong length;
    private long received;
    private boolean ended;
    private @Nullable ProxyFailure failure;
    private @Nullable Handler<Throwable> reader;

    /**
     * Guards it.
     *
     * @param length how many bytes have to come, where that is known. Over HTTP/2 a length is only a claim
     * @param onEnded runs at the end of a whole body, before its reader is told
     * @param cancel ends the exchange
     */
    ResponseBodyStream(HttpClientResponse response, OptionalLong length, Runnable onEnded, Runnable cancel) {
        this.response = response;
        this.length = length;
        this.onEnded = onEnded;
        this.cancel = cancel;
        response.endHandler(ended -> end());
        response.exceptionHandler(e -> fail(UpstreamFailureMapper.ofExchange(e)));
    }

    /** Breaks the stream off, unless it has ended; its reader sees this failure. */
    void expire(ProxyFailure expired) {
        if (fail(expired)) {
            cancel.run();
        }
    }

    /** Whether the body is whole. */
    private boolean end() {
        if (length.orElse(received) != received) {
            expire(notAsLongAsItSays());
            return false;
        }
        synchronized (this) {
            ended = true;
        }
        onEnded.run();
        return true;
    }

    private static ProxyFailure notAsLongAsItSays() {
        return new ProxyFailure(
                ErrorName.INVALID_RESPONSE, "the target's response is not as long as its content-length says");
    }

    /** Vert.x takes no handlers any more then: it can end on the event loop before its reader is there. */
    private synchronized boolean isFinished() {
        return ended || failure != null;
    }

    private synchronized boolean isComplete() {
        return ended;
    }

    /** The first failure is the reason; what follows from it is not told. */
    private boolean fail(ProxyFailure cause) {
        Handler<Throwable> handler;
        synchronized (this) {
            if (ended || failure != null) {
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

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        ProxyFailure before;
        synchronized (this) {
            reader = handler;
            before = failure;
        }
        if (handler != null && before != null) {
            handler.handle(before);
        }
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        if (handler == null) {
            response.handler(null);
            return this;
        }
        if (isFinished()) {
            return this;
        }
        response.handler(piece -> {
            received += piece.length();
            if (received > length.orElse(Long.MAX_VALUE)) {
                // Behind the length the client would take it for its next response.
                expire(notAsLongAsItSays());
                return;
            }
            handler.handle(piece);
        });
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        response.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        response.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        response.fetch(amount);
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        if (isFinished()) {
            if (isComplete() && handler != null) {
                handler.handle(null);
            }
            return this;
        }
        response.endHandler(over -> {
            if (end() && handler != null) {
                handler.handle(null);
            }
        });
        return this;
    }
}
