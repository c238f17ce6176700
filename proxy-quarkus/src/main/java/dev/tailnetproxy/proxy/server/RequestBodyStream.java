package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.http.StreamEnd;
import dev.tailnetproxy.proxy.limits.Reservation;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.impl.InboundBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request's body that is read ahead a little while nobody takes it, whatever the pieces are that it comes in: that a client
 * has left is seen only where its connection is read. What is ahead counts as memory; where there is none left, no more is
 * read.
 */
final class RequestBodyStream implements ReadStream<Buffer> {

    private static final long READ_AHEAD_BYTES = 64 * 1024;

    private final HttpServerRequest request;
    private final Reservation memory;
    private final InboundBuffer<Object> buffer;
    private final StreamEnd end = new StreamEnd();
    private long bufferedBytes;
    private long missing;

    /**
     * What makes the body as long as was announced. It is kept until the request ends there: over HTTP/2 a body may turn out
     * to be longer, and a target that has all of the length takes what it has for the whole request.
     */
    private @Nullable Buffer last;

    private boolean paused;
    private volatile @Nullable Handler<Buffer> reader;
    private volatile @Nullable Handler<Void> onEnded;

    /**
     * @param length of the body, where it is announced
     * @param context the request's, on which this is made
     */
    RequestBodyStream(HttpServerRequest request, OptionalLong length, Context context, Reservation memory) {
        this.request = request;
        this.missing = length.orElse(Long.MAX_VALUE);
        this.memory = memory;
        this.buffer = new InboundBuffer<>(context);
        buffer.pause();
        buffer.handler(this::deliver);
        request.exceptionHandler(end::fail);
        request.endHandler(ended -> end());
        request.handler(this::take);
    }

    private void take(Buffer piece) {
        missing -= piece.length();
        if (missing > 0) {
            enqueue(piece);
        } else if (last == null) {
            last = piece;
        }
    }

    private void end() {
        Buffer whole = last;
        if (whole != null) {
            enqueue(whole);
        }
        buffer.write(InboundBuffer.END_SENTINEL);
    }

    private void enqueue(Buffer piece) {
        bufferedBytes += piece.length();
        boolean fits = memory.tryAdd(piece.length());
        if (!paused && (!fits || bufferedBytes > READ_AHEAD_BYTES)) {
            paused = true;
            request.pause();
        }
        buffer.write(new Piece(piece, fits));
    }

    /** @param counted whether its bytes were taken from the memory for all */
    private record Piece(Buffer bytes, boolean counted) {}

    private void deliver(Object next) {
        if (next instanceof Piece piece) {
            bufferedBytes -= piece.bytes().length();
            if (piece.counted()) {
                memory.release(piece.bytes().length());
            }
            Handler<Buffer> handler = reader;
            if (handler != null) {
                handler.handle(piece.bytes());
            }
            if (paused && bufferedBytes == 0) {
                paused = false;
                request.resume();
            }
            return;
        }
        Handler<Void> handler = onEnded;
        if (handler != null) {
            handler.handle(null);
        }
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        end.onFailure(handler);
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        reader = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        onEnded = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        buffer.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        buffer.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        buffer.fetch(amount);
        return this;
    }
}
