package dev.tailnetproxy.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects the bytes of a body up to a limit; at the first byte beyond it the flow is cancelled. */
final class ByteCollector implements Flow.Subscriber<ByteBuffer> {

    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final CompletableFuture<Collected> result = new CompletableFuture<>();
    private final int limit;
    private volatile Flow.@Nullable Subscription subscription;

    ByteCollector(int limit) {
        this.limit = limit;
    }

    /** The received bytes, after the end or once the limit is exceeded. */
    CompletableFuture<Collected> result() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        if (subscription != null) {
            newSubscription.cancel();
            return;
        }
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        if (result.isDone()) {
            return;
        }
        int remaining = limit - collected.size();
        boolean exceedsLimit = bytes.remaining() > remaining;
        byte[] chunk = new byte[Math.min(remaining, bytes.remaining())];
        bytes.get(chunk);
        collected.writeBytes(chunk);
        if (exceedsLimit) {
            cancel();
            result.complete(new Collected(collected.toByteArray(), false));
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(new Collected(collected.toByteArray(), true));
    }

    /** Asks for no more. */
    void cancel() {
        Flow.Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }

    /** Bytes, and whether they are all. */
    @SuppressWarnings("ArrayRecordComponent")
    record Collected(byte[] bytes, boolean isAll) {}
}
