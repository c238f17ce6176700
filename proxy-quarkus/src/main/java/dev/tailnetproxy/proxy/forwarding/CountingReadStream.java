package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.http.DelegatingReadStream;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A body on its way, counted, that tells once when it is over: whole, broken or given up. */
final class CountingReadStream extends DelegatingReadStream {

    /** Is told what has become of a body. */
    @FunctionalInterface
    interface CompletionListener {

        /**
         * The body is over.
         *
         * @param bytes how long it was
         * @param broken what broke it off; empty when it is whole or its reader gave it up
         */
        void onComplete(long bytes, Optional<Throwable> broken);
    }

    private final ReadStream<Buffer> stream;
    private final CompletionListener onEnd;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean finish = new AtomicBoolean();

    CountingReadStream(ReadStream<Buffer> stream, CompletionListener onEnd) {
        super(stream);
        this.stream = stream;
        this.onEnd = onEnd;
    }

    /** How many bytes have come by so far. */
    long bytes() {
        return bytes.get();
    }

    /** Its reader wants no more. */
    void cancelled() {
        finish(Optional.empty());
    }

    private void finish(Optional<Throwable> broken) {
        if (finish.compareAndSet(false, true)) {
            onEnd.onComplete(bytes.get(), broken);
        }
    }

    @Override
    protected void onPiece(Buffer piece, Handler<Buffer> handler) {
        bytes.addAndGet(piece.length());
        handler.handle(piece);
    }

    @Override
    protected boolean onEnd() {
        finish(Optional.empty());
        return true;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        stream.exceptionHandler(e -> {
            finish(Optional.of(e));
            if (handler != null) {
                handler.handle(e);
            }
        });
        return this;
    }
}
