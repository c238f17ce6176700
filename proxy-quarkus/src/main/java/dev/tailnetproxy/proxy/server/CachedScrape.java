package dev.tailnetproxy.proxy.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The text of the metrics, made away from the event loops and kept for a second: who asks more often gets the same, and
 * who asks meanwhile waits for it.
 */
final class CachedScrape {

    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<String> metrics;
    private final Vertx vertx;
    private final LongSupplier nanoTime;
    private @Nullable Future<String> cached;
    private long cachedAtNanos;

    CachedScrape(Supplier<String> metrics, Vertx vertx, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.vertx = vertx;
        this.nanoTime = nanoTime;
    }

    /** The metrics, at most a second old. */
    synchronized Future<String> get() {
        long now = nanoTime.getAsLong();
        Future<String> last = cached;
        if (last != null && !last.failed() && (!last.isComplete() || now - cachedAtNanos < MAX_AGE_NANOS)) {
            return last;
        }
        cachedAtNanos = now;
        Future<String> next = vertx.executeBlocking(metrics::get);
        cached = next;
        return next;
    }
}
