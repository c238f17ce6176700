package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.DelegatingReadStream;
import dev.tailnetproxy.proxy.http.StreamEnd;
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
final class ResponseBodyStream extends DelegatingReadStream {

    private final Runnable onEnded;
    private final Runnable cancel;
    private final OptionalLong length;
    private final StreamEnd end = new StreamEnd();
    private long received;

    /**
     * Guards it.
     *
     * @param length how many bytes have to come, where that is known. Over HTTP/2 a length is only a claim
     * @param onEnded runs at the end of a whole body, before its reader is told
     * @param cancel ends the exchange
     */
    ResponseBodyStream(HttpClientResponse response, OptionalLong length, Runnable onEnded, Runnable cancel) {
        super(response);
        this.length = length;
        this.onEnded = onEnded;
        this.cancel = cancel;
        response.endHandler(ended -> onEnd());
        response.exceptionHandler(e -> end.fail(UpstreamFailureMapper.ofExchange(e)));
    }

    /** Breaks the stream off, unless it has ended; its reader sees this failure. */
    void expire(ProxyFailure expired) {
        if (end.fail(expired)) {
            cancel.run();
        }
    }

    @Override
    protected boolean onEnd() {
        if (length.orElse(received) != received) {
            expire(notAsLongAsItSays());
            return false;
        }
        if (!end.complete()) {
            return false;
        }
        onEnded.run();
        return true;
    }

    private static ProxyFailure notAsLongAsItSays() {
        return new ProxyFailure(
                ErrorName.INVALID_RESPONSE, "the target's response is not as long as its content-length says");
    }

    @Override
    protected void onPiece(Buffer piece, Handler<Buffer> handler) {
        received += piece.length();
        if (received > length.orElse(Long.MAX_VALUE)) {
            // Behind the length the client would take it for its next response.
            expire(notAsLongAsItSays());
            return;
        }
        handler.handle(piece);
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        end.onFailure(handler);
        return this;
    }

    /** Vert.x takes no handlers of a response that is over: it can end on the event loop before its reader is there. */
    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        return handler != null && end.isOver() ? this : super.handler(handler);
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        if (!end.isOver()) {
            return super.endHandler(handler);
        }
        if (end.isComplete() && handler != null) {
            handler.handle(null);
        }
        return this;
    }
}
