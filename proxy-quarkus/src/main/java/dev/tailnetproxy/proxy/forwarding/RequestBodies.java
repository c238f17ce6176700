package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.limits.Reservation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads short request bodies before the request is forwarded: one that is in memory can be sent again. */
public final class RequestBodies {

    /** A body whose length is declared and at most this is short. */
    private static final long MAX_SHORT_BYTES = 64 * 1024;

    private RequestBodies() {}

    /** Whether the body is read before the request is forwarded. */
    public static boolean isReadFirst(Body body) {
        return readFirst(body).isPresent();
    }

    private static Optional<Body.Streamed> readFirst(Body body) {
        return body.streamed().filter(streamed -> streamed.length().orElse(Long.MAX_VALUE) <= MAX_SHORT_BYTES);
    }

    /**
     * The body as it is forwarded. Fails with {@code Overloaded} when it does not fit.
     *
     * @param memory what a short body is taken from as it arrives
     */
    static Future<Body> read(Body body, Reservation memory, Future<Void> clientGone) {
        return readFirst(body)
                .map(streamed -> readWhole(streamed, memory, clientGone))
                .orElseGet(() -> Future.succeededFuture(body));
    }

    private static Future<Body> readWhole(Body.Streamed body, Reservation memory, Future<Void> clientGone) {
        Buffer all = Buffer.buffer();
        return consume(body, clientGone, piece -> {
                    memory.add(piece.length());
                    all.appendBuffer(piece);
                })
                .map(whole -> Body.of(all));
    }

    /** Reads a short body for nothing, so that the connection can be used again behind the response. */
    static Future<Void> discard(Body body, Future<Void> clientGone) {
        return readFirst(body)
                .map(streamed -> consume(streamed, clientGone, piece -> {}))
                .orElseGet(Future::succeededFuture);
    }

    private static Future<Void> consume(Body.Streamed body, Future<Void> clientGone, Consumer<Buffer> taker) {
        Promise<Void> whole = Promise.promise();
        body.stream().exceptionHandler(broken -> whole.tryFail(notWhole(broken)));
        // The end of a stream that the proxy resets is told of in no other way.
        clientGone.onSuccess(gone -> whole.tryFail(notWhole(null)));
        body.stream().endHandler(ended -> whole.tryComplete());
        body.stream().handler(piece -> {
            if (whole.future().isComplete()) {
                return;
            }
            try {
                taker.accept(piece);
            } catch (ProxyFailure e) {
                whole.tryFail(e);
            }
        });
        body.stream().resume();
        return whole.future();
    }

    /** Nobody gets to see it: the connection, or the stream, has ended. */
    private static ProxyFailure notWhole(@Nullable Throwable broken) {
        return new ProxyFailure(ErrorName.INVALID_HEADER, "the request is incomplete", broken);
    }
}
