package dev.tailnetproxy.proxy.server;

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
final class ArrivingBody implements ReadStream<Buffer> {

    private static final long READ_AHEAD_BYTES = 64 * 1024;

    private final HttpServerRequest request;
    private final Reservation memory;
    private final InboundBuffer<Object> arrived;
    private long ahead;
    private long missing;

    /**
     * What makes the body as long as was announced. It is kept until the request ends there: over HTTP/2 a body may turn out
     * to be longer, and a target that has all of the length takes what it has for the whole request.
     */
    private @Nullable Buffer last;

    private boolean held;
    private volatile @Nullable Handler<Buffer> reader;
    private volatile @Nullable Handler<Void> whenEnded;
    private @Nullable Handler<Throwable> whenBroken;
    private @Nullable Throwable failure;

    /**
     * @param length of the body, where it is announced
     * @param context the request's, on which this is made
     */
    ArrivingBody(HttpServerRequest request, OptionalLong length, Context context, Reservation memory) {
        this.request = request;
        this.missing = length.orElse(Long.MAX_VALUE);
        this.memory = memory;
        this.arrived = new InboundBuffer<>(context);
        arrived.pause();
        arrived.handler(this::handOn);
        request.exceptionHandler(this::broken);
        request.endHandler(ended -> end());
        request.handler(this::take);
    }

    private void take(Buffer piece) {
        missing -= piece.length();
        if (missing > 0) {
            keep(piece);
        } else if (last == null) {
            last = piece;
        }
    }

    private void end() {
        Buffer whole = last;
        if (whole != null) {
            keep(whole);
        }
        arrived.write(InboundBuffer.END_SENTINEL);
    }

    private void keep(Buffer piece) {
        ahead += piece.length();
        boolean fits = memory.tryAdd(piece.length());
        if (!held && (!fits || ahead > READ_AHEAD_BYTES)) {
            held = true;
            request.pause();
        }
        arrived.write(new Piece(piece, fits));
    }

    /** @param counted whether its bytes were taken from the memory for all */
    private record Piece(Buffer bytes, boolean counted) {}

    private void handOn(Object next) {
        if (next instanceof Piece piece) {
            ahead -= piece.bytes().length();
            if (piece.counted()) {
                memory.giveBack(piece.bytes().length());
            }
            Handler<Buffer> taker = reader;
            if (taker != null) {
                taker.handle(piece.bytes());
            }
            if (held && ahead == 0) {
                held = false;
                request.resume();
            }
            return;
        }
        Handler<Void> told = whenEnded;
        if (told != null) {
            told.handle(null);
        }
    }

    private void broken(Throwable cause) {
        Handler<Throwable> told;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = cause;
            told = whenBroken;
        }
        if (told != null) {
            told.handle(cause);
        }
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        Throwable before;
        synchronized (this) {
            whenBroken = handler;
            before = failure;
        }
        if (handler != null && before != null) {
            handler.handle(before);
        }
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        reader = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        whenEnded = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        arrived.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        arrived.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        arrived.fetch(amount);
        return this;
    }
}
