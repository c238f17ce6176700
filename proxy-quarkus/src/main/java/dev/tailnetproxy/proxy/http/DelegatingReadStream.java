package dev.tailnetproxy.proxy.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body that comes from another stream, at the speed that its reader asks for. */
public abstract class DelegatingReadStream implements ReadStream<Buffer> {

    private final ReadStream<Buffer> source;
    private volatile @Nullable Handler<Void> reader;

    /** @param source where the body comes from */
    protected DelegatingReadStream(ReadStream<Buffer> source) {
        this.source = source;
    }

    /** A piece has come, for this handler. */
    protected abstract void onPiece(Buffer piece, Handler<Buffer> handler);

    /**
     * The source has ended.
     *
     * @return whether the body is whole, so that its reader is told
     */
    protected abstract boolean onEnd();

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        source.handler(handler == null ? null : piece -> onPiece(piece, handler));
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        reader = handler;
        // A reader who leaves takes nothing from the source: what the end means here it means without a reader too.
        if (handler != null) {
            source.endHandler(ended -> end());
        }
        return this;
    }

    private void end() {
        if (onEnd()) {
            Handler<Void> told = reader;
            if (told != null) {
                told.handle(null);
            }
        }
    }

    @Override
    public final ReadStream<Buffer> pause() {
        source.pause();
        return this;
    }

    @Override
    public final ReadStream<Buffer> resume() {
        source.resume();
        return this;
    }

    @Override
    public final ReadStream<Buffer> fetch(long amount) {
        source.fetch(amount);
        return this;
    }
}
