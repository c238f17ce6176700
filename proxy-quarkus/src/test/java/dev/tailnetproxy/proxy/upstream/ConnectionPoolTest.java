package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeping connections, and what happens when a kept one is dead. */
class ConnectionPoolTest {

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final RawTarget target = new RawTarget(RawTarget.bytes(OK));
    private TestProxy proxy = TestProxy.options().start();

    ConnectionPoolTest() {
        route();
    }

    private void route() {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    /** Responds to the first request of a connection; at the second it hangs up without a word. */
    private RawTarget.Response closesWhenReused(AtomicInteger deaths) {
        return (request, out) -> {
            if (request.values("x-second").isEmpty()) {
                out.write(OK.getBytes(StandardCharsets.US_ASCII));
                return true;
            }
            if (deaths.getAndIncrement() == 0) {
                return false;
            }
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            return true;
        };
    }

    @Test
    void connectionIsReused() {
        for (int i = 0; i < 20; i++) {
            assertEquals("200", outcome(proxy.get()));
        }
        assertEquals(1, proxy.socks().dials().size());
    }

    /** The first response is not read yet, but when it has arrived its connection is free for the second request. */
    @Test
    void cancellingReceivedResponseDoesNotAffectNextExchange() throws Exception {
        proxy.close();
        proxy = TestProxy.options().maxConnections(1).start();
        route();
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch givenUp = new CountDownLatch(1);
        target.responds((request, out) -> {
            if (!request.values("x-second").isEmpty()) {
                second.countDown();
                givenUp.await();
            }
            out.write(("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n" + "x".repeat(20_000))
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        Body.Streamed unread = (Body.Streamed) proxy.call("GET").open().body();

        CompletableFuture<ProxyResponse> next = CompletableFuture.supplyAsync(
                () -> proxy.call("POST").header("x-second", "1").send());
        second.await();
        unread.cancel().run();
        givenUp.countDown();

        assertEquals("200", outcome(next.get(60, TimeUnit.SECONDS)));
    }

    @Test
    void responseWithCloseEndsConnection() {
        target.responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"
                    .getBytes(StandardCharsets.US_ASCII));
            return false;
        });

        assertEquals("200", outcome(proxy.get()));
        assertEquals("200", outcome(proxy.get()));
        assertEquals(2, target.connections());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void idempotentRequestIsRetried(String method) {
        AtomicInteger deaths = new AtomicInteger();
        target.responds(closesWhenReused(deaths));
        proxy.get();

        assertEquals(
                "200",
                outcome(proxy.call(method)
                        .header("x-second", "1")
                        .body(Body.of(new byte[] {1, 2, 3}))
                        .send()));
        assertEquals(2, deaths.get());
        assertEquals(List.of("3"), target.last().values("content-length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "LOCK"})
    void nonIdempotentRequestIsNotRetried(String method) {
        AtomicInteger deaths = new AtomicInteger();
        target.responds(closesWhenReused(deaths));
        proxy.get();

        assertEquals(
                "ConnectionReset",
                outcome(proxy.call(method).header("x-second", "1").send()));
        assertEquals(1, deaths.get());
    }

    @Test
    void requestIsNotRetriedAfterResponseStarted() {
        proxy.get();
        AtomicInteger requests = new AtomicInteger();
        target.responds((request, out) -> {
            requests.incrementAndGet();
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            return false;
        });

        assertEquals("ConnectionReset", outcome(proxy.get()));
        assertEquals(1, requests.get());
    }

    @Test
    void bodyFailureBeforeReadIsReported() throws Exception {
        target.responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            return false;
        });
        for (int i = 0; i < 50; i++) {
            Body.Streamed body = (Body.Streamed) proxy.call("GET").open().body();
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            body.stream().exceptionHandler(told::complete).resume();

            ProxyFailure failure = assertInstanceOf(ProxyFailure.class, told.get(60, TimeUnit.SECONDS));
            assertEquals(ErrorName.CONNECTION_RESET, failure.name());
        }
    }

    @Test
    void requestOnNewConnectionIsNotRetried() {
        AtomicInteger requests = new AtomicInteger();
        target.responds((request, out) -> {
            requests.incrementAndGet();
            return false;
        });

        assertEquals("ConnectionReset", outcome(proxy.get()));
        assertEquals(1, requests.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void connectionIsReplacedAfterFreeze(String method) {
        proxy.get();
        proxy.clock().freezeFor(Duration.ofHours(1));

        assertEquals("200", outcome(proxy.call(method).send()));
        assertEquals(2, proxy.socks().dials().size());
    }

    @Test
    void shortFreezeKeepsConnectionForIdempotentRequests() {
        proxy.get();
        proxy.clock().freezeFor(Duration.ofSeconds(5));
        assertEquals("200", outcome(proxy.get()));
        assertEquals(1, proxy.socks().dials().size());

        proxy.clock().freezeFor(Duration.ofSeconds(5));
        assertEquals("200", outcome(proxy.call("POST").send()));
        assertEquals(2, proxy.socks().dials().size());
    }

    @Test
    void tailscaledRestartIsTransparent() {
        for (int i = 0; i < 3; i++) {
            assertEquals("200", outcome(proxy.get()));
            proxy.socks().breakConnections();
        }
        assertEquals("200", outcome(proxy.get()));
    }

    @Test
    void refusedDialIsRetriedWhileSettling() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();
        route();
        proxy.socks().failNext(TestProxy.PEER, 80, 2);

        assertEquals("200", outcome(proxy.get()));
        assertEquals(3, proxy.socks().dials().size());
    }

    @Test
    void freezeStartsSettlingTime() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();
        route();
        assertEquals("200", outcome(proxy.get()));
        proxy.clock().freezeFor(Duration.ofHours(1));
        proxy.socks().failNext(TestProxy.PEER, 80, 2);

        assertEquals("200", outcome(proxy.get()));
        assertEquals(4, proxy.socks().dials().size());
    }

    @Test
    void settlingTimeEnds() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();
        route();
        assertEquals("200", outcome(proxy.get()));
        proxy.clock().freezeFor(Duration.ofHours(1));
        assertEquals("200", outcome(proxy.get()));
        proxy.clock().pass(Duration.ofHours(1));
        proxy.socks().failNext(TestProxy.PEER, 80, 1);

        assertEquals("ConnectionRefused", outcome(proxy.get()));
    }

    @Test
    void refusedDialIsNotRetriedAfterSettling() {
        proxy.socks().failNext(TestProxy.PEER, 80, 1);

        assertEquals("ConnectionRefused", outcome(proxy.get()));
        assertEquals(1, proxy.socks().dials().size());
    }

    @Test
    void closedSocksPortIsTailnetUnavailable() {
        proxy.get();
        proxy.socks().close();

        assertEquals("TailnetUnavailable", outcome(proxy.get()));
    }

    @Test
    void firstByteTimeoutAppliesBeforeDeadline() {
        proxy.close();
        proxy = TestProxy.options().firstByte(Duration.ofMillis(50)).start();
        route();
        target.responds((request, out) -> true);

        assertEquals("Timeout", outcome(proxy.get()));
    }

    @Test
    void clientTimeoutAppliesBeforeDeadline() {
        target.responds((request, out) -> true);

        assertEquals(
                "Timeout",
                outcome(proxy.call("GET").header("ts-timeout-ms", "50").send()));
    }

    @Test
    void largeBodyIsForwarded() {
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < megabyte.length; i++) {
            megabyte[i] = (byte) (i * 31);
        }
        proxy.call("POST").body(Body.of(megabyte)).send();

        assertArrayEquals(megabyte, target.last().body().getBytes());
    }
}
