package dev.tailnetproxy.client;

import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads a request's body into memory. A signature that Lambda accepts covers the body's hash, which has to be known before
 * the first byte is sent.
 */
final class RequestBody {

    private static final byte[] NONE = {};

    private RequestBody() {}

    /**
     * The bytes of a request's body, or a {@link RequestTooLargeException}.
     *
     * @param request whose body it is
     * @param timeout how long the body may take to come
     * @param executor where it is read, because a publisher may wait for its source
     */
    static CompletableFuture<byte[]> of(HttpRequest request, Duration timeout, Executor executor) {
        if (request.bodyPublisher().isEmpty()) {
            return CompletableFuture.completedFuture(NONE);
        }
        HttpRequest.BodyPublisher publisher = request.bodyPublisher().get();
        BodyLimit limit = BodyLimit.of(
                String.join(",", request.headers().allValues("content-type")),
                String.join(",", request.headers().allValues("content-encoding")));
        if (publisher.contentLength() > limit.bytes()) {
            return CompletableFuture.failedFuture(new RequestTooLargeException(limit));
        }
        ByteCollector collector = new ByteCollector(limit.bytes());
        var unused = CompletableFuture.runAsync(() -> publisher.subscribe(collector), executor)
                .whenComplete((subscribed, failure) -> {
                    if (failure != null) {
                        collector.onError(failure);
                    }
                });
        return collector
                .result()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((collected, failure) -> {
                    collector.cancel();
                    if (failure instanceof TimeoutException) {
                        throw new CompletionException(new HttpTimeoutException(
                                "the request's body did not end within " + timeout.toMillis() + " ms"));
                    }
                    if (failure != null) {
                        throw failure instanceof CompletionException same ? same : new CompletionException(failure);
                    }
                    if (!collected.isAll() || isTooLargeInBase64(collected.bytes(), limit)) {
                        throw new CompletionException(new RequestTooLargeException(limit));
                    }
                    return collected.bytes();
                });
    }

    /** Text that is no UTF-8, whatever its type says, has to travel in base64 like any other bytes. */
    private static boolean isTooLargeInBase64(byte[] body, BodyLimit limit) {
        BodyLimit binaryLimit = BodyLimit.of("", "");
        return !limit.equals(binaryLimit) && body.length > binaryLimit.bytes() && !isUtf8(body);
    }

    private static boolean isUtf8(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return true;
        } catch (CharacterCodingException otherBytes) {
            return false;
        }
    }
}
