package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Metrics are made once a second at the most, and not where requests are served. */
class CachedScrapeTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private final CachedScrape scrape =
            new CachedScrape(() -> Integer.toString(made.incrementAndGet()), vertx, now::get);

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void scrapesOncePerSecond() {
        assertEquals("1", TestServer.await(scrape.get()));
        now.set(999_999_999);
        assertEquals("1", TestServer.await(scrape.get()));
        now.set(1_000_000_000);
        assertEquals("2", TestServer.await(scrape.get()));
        now.set(Long.MIN_VALUE + 5);
        assertEquals("3", TestServer.await(scrape.get()));
    }

    @Test
    void concurrentRequestsShareScrapeOffEventLoop() {
        CountDownLatch go = new CountDownLatch(1);
        CachedScrape slow = new CachedScrape(
                () -> {
                    awaitQuietly(go);
                    return Context.isOnEventLoopThread() + " " + made.incrementAndGet();
                },
                vertx,
                now::get);
        List<Future<String>> asked = List.of(slow.get(), slow.get(), slow.get());
        now.set(5_000_000_000L);
        Future<String> late = slow.get();
        assertFalse(late.isComplete());
        go.countDown();

        for (Future<String> one : asked) {
            assertEquals("false 1", TestServer.await(one));
        }
        assertEquals("false 1", TestServer.await(late));
    }

    @Test
    void failureIsNotCached() {
        CachedScrape failing = new CachedScrape(
                () -> {
                    if (made.incrementAndGet() == 1) {
                        throw new IllegalStateException("the first time");
                    }
                    return "made";
                },
                vertx,
                now::get);
        TestServer.await(failing.get().otherwise("failed"));

        assertEquals("made", TestServer.await(failing.get()));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
