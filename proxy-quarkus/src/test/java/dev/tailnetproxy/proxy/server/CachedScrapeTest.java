package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(TestServer.await(scrape.get())).isEqualTo("1");
        now.set(999_999_999);
        assertThat(TestServer.await(scrape.get())).isEqualTo("1");
        now.set(1_000_000_000);
        assertThat(TestServer.await(scrape.get())).isEqualTo("2");
        now.set(Long.MIN_VALUE + 5);
        assertThat(TestServer.await(scrape.get())).isEqualTo("3");
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
        assertThat(late.isComplete()).isFalse();
        go.countDown();

        for (Future<String> one : asked) {
            assertThat(TestServer.await(one)).isEqualTo("false 1");
        }
        assertThat(TestServer.await(late)).isEqualTo("false 1");
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

        assertThat(TestServer.await(failing.get())).isEqualTo("made");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
