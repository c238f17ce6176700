package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** An answer's body whose failures are the proxy's own: a broken connection, or the deadline. */
final class GuardedStream implements ReadStream<Buffer> {

    private final HttpClientResponse response;
    private volatile @Nullable ProxyFailure expired;

    private final Runnable whenEnded;

    /** @param whenEnded runs at the end of a whole body, before its reader is told */
    GuardedStream(HttpClientResponse response, Runnable whenEnded) {
        this.response = response;
        this.whenEnded = whenEnded;
        response.endHandler(ended -> whenEnded.run());
    }

    /** Breaks the stream off; its reader sees this failure. */
    void expire(ProxyFailure failure) {
        expired = failure;
        response.request().reset();
        response.request().connection().close();
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        response.exceptionHandler(
                handler == null
                        ? null
                        : e -> {
                            ProxyFailure failure = expired;
                            handler.handle(failure != null ? failure : Failures.ofExchange(e));
                        });
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        response.handler(handler);
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
        response.endHandler(ended -> {
            whenEnded.run();
            if (handler != null) {
                handler.handle(null);
            }
        });
        return this;
    }
}
