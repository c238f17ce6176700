package dev.tailnetproxy.proxy.core;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A body on its way, counted, that tells once when it is over: whole, broken or given up. */
final class WatchedStream implements ReadStream<Buffer> {

    /** Is told what has become of a body. */
    @FunctionalInterface
    interface Over {

        /**
         * The body is over.
         *
         * @param bytes how long it was
         * @param broken what broke it off; empty when it is whole or its reader gave it up
         */
        void body(long bytes, Optional<Throwable> broken);
    }

    private final ReadStream<Buffer> stream;
    private final Over whenOver;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    WatchedStream(ReadStream<Buffer> stream, Over whenOver) {
        this.stream = stream;
        this.whenOver = whenOver;
    }

    /** How many bytes have come by so far. */
    long bytes() {
        return bytes.get();
    }

    /** Its reader wants no more. */
    void givenUp() {
        over(Optional.empty());
    }

    private void over(Optional<Throwable> broken) {
        if (over.compareAndSet(false, true)) {
            whenOver.body(bytes.get(), broken);
        }
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        stream.handler(
                handler == null
                        ? null
                        : piece -> {
                            bytes.addAndGet(piece.length());
                            handler.handle(piece);
                        });
        return this;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        stream.exceptionHandler(e -> {
            over(Optional.of(e));
            if (handler != null) {
                handler.handle(e);
            }
        });
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        stream.endHandler(ended -> {
            over(Optional.empty());
            if (handler != null) {
                handler.handle(null);
            }
        });
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        stream.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        stream.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        stream.fetch(amount);
        return this;
    }
}
