package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Brings an answer wholly into memory, for adapters that can't pass a stream on. */
public final class Buffering {

    /** How many bytes of body an adapter can take beside these header fields. */
    @FunctionalInterface
    public interface Limit {
        long bodyBytes(Headers headers);
    }

    private Buffering() {}

    /** The answer with its body in memory. Fails with {@code ResponseTooLarge} as soon as the limit is passed. */
    static Future<ProxyResponse> collect(ProxyResponse response, Limit limit) {
        if (!(response.body() instanceof Body.Streamed streamed)) {
            return Future.succeededFuture(response);
        }
        long most = limit.bodyBytes(response.headers());
        Promise<ProxyResponse> promise = Promise.promise();
        ReadStream<Buffer> stream = streamed.stream();
        if (streamed.length().orElse(0) > most) {
            streamed.cancel().run();
            return Future.failedFuture(tooLarge(most));
        }
        Buffer all = Buffer.buffer((int) streamed.length().orElse(0));
        stream.exceptionHandler(promise::tryFail);
        stream.endHandler(ended -> promise.tryComplete(response.withBody(Body.of(all))));
        stream.handler(piece -> {
            if (all.length() + piece.length() > most) {
                promise.tryFail(tooLarge(most));
                streamed.cancel().run();
            } else {
                all.appendBuffer(piece);
            }
        });
        stream.resume();
        return promise.future();
    }

    private static ProxyFailure tooLarge(long most) {
        return new ProxyFailure(
                ErrorName.RESPONSE_TOO_LARGE,
                "the answer is larger than the " + most + " bytes that fit into one answer");
    }
}
