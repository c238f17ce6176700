package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Reservation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Brings a response wholly into memory, for adapters that can't pass a stream on. */
public final class BodyAggregator {

    /** How many bytes of body an adapter can take beside these header fields. */
    @FunctionalInterface
    public interface MaxBodySize {
        long bodyBytes(Headers headers);
    }

    private BodyAggregator() {}

    /**
     * The response with its body in memory. Fails with {@code ResponseTooLarge} as soon as the limit is passed.
     *
     * @param memory what the bytes are taken from as they arrive: the length that a target announces is only a claim
     */
    static Future<ProxyResponse> collect(ProxyResponse response, MaxBodySize limit, Reservation memory) {
        return response.body()
                .streamed()
                .map(body -> collect(response, body, limit.bodyBytes(response.headers()), memory))
                .orElseGet(() -> Future.succeededFuture(response));
    }

    private static Future<ProxyResponse> collect(
            ProxyResponse response, Body.Streamed streamed, long maxBytes, Reservation memory) {
        Promise<ProxyResponse> promise = Promise.promise();
        ReadStream<Buffer> stream = streamed.stream();
        if (streamed.length().orElse(0) > maxBytes) {
            streamed.cancel().run();
            return Future.failedFuture(tooLarge(maxBytes));
        }
        Buffer buffer = Buffer.buffer();
        stream.exceptionHandler(promise::tryFail);
        stream.endHandler(ended -> promise.tryComplete(response.withBody(Body.of(buffer))));
        stream.handler(chunk -> {
            if (promise.future().isComplete()) {
                return;
            }
            try {
                if (buffer.length() + chunk.length() > maxBytes) {
                    throw tooLarge(maxBytes);
                }
                reserve(memory, chunk.length());
                buffer.appendBuffer(chunk);
            } catch (ProxyFailure e) {
                promise.tryFail(e);
                streamed.cancel().run();
            }
        });
        stream.resume();
        return promise.future();
    }

    /** The target has acted on the request already, so that this is no refusal of it. */
    private static void reserve(Reservation memory, int bytes) {
        try {
            memory.add(bytes);
        } catch (ProxyFailure e) {
            throw e.name() == ErrorName.OVERLOADED
                    ? new ProxyFailure(ErrorName.RESPONSE_TOO_LARGE, "the response does not fit: " + e.reason(), e)
                    : e;
        }
    }

    private static ProxyFailure tooLarge(long maxBytes) {
        return new ProxyFailure(
                ErrorName.RESPONSE_TOO_LARGE,
                "the response is larger than the " + maxBytes + " bytes that fit into one response");
    }
}
