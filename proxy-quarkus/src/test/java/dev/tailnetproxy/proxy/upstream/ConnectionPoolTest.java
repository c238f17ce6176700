package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tailnetproxy.contract.ErrorName;
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
            assertThat(outcome(proxy.get())).isEqualTo("200");
        }
        assertThat(proxy.socks().dials()).hasSize(1);
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

        assertThat(outcome(next.get(60, TimeUnit.SECONDS))).isEqualTo("200");
    }

    @Test
    void responseWithCloseEndsConnection() {
        target.responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"
                    .getBytes(StandardCharsets.US_ASCII));
            return false;
        });

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(target.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void idempotentRequestIsRetried(String method) {
        AtomicInteger deaths = new AtomicInteger();
        target.responds(closesWhenReused(deaths));
        proxy.get();

        assertThat(outcome(proxy.call(method)
                        .header("x-second", "1")
                        .body(Body.of(new byte[] {1, 2, 3}))
                        .send()))
                .isEqualTo("200");
        assertThat(deaths.get()).isEqualTo(2);
        assertThat(target.last().values("content-length")).isEqualTo(List.of("3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "LOCK"})
    void nonIdempotentRequestIsNotRetried(String method) {
        AtomicInteger deaths = new AtomicInteger();
        target.responds(closesWhenReused(deaths));
        proxy.get();

        assertThat(outcome(proxy.call(method).header("x-second", "1").send())).isEqualTo("ConnectionReset");
        assertThat(deaths.get()).isOne();
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

        assertThat(outcome(proxy.get())).isEqualTo("ConnectionReset");
        assertThat(requests.get()).isOne();
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

            ProxyFailure failure = assertThat(told.get(60, TimeUnit.SECONDS))
                    .asInstanceOf(type(ProxyFailure.class))
                    .actual();
            assertThat(failure.name()).isEqualTo(ErrorName.CONNECTION_RESET);
        }
    }

    @Test
    void requestOnNewConnectionIsNotRetried() {
        AtomicInteger requests = new AtomicInteger();
        target.responds((request, out) -> {
            requests.incrementAndGet();
            return false;
        });

        assertThat(outcome(proxy.get())).isEqualTo("ConnectionReset");
        assertThat(requests.get()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void connectionIsReplacedAfterFreeze(String method) {
        proxy.get();
        proxy.clock().freezeFor(Duration.ofHours(1));

        assertThat(outcome(proxy.call(method).send())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(2);
    }

    @Test
    void shortFreezeKeepsConnectionForIdempotentRequests() {
        proxy.get();
        proxy.clock().freezeFor(Duration.ofSeconds(5));
        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(1);

        proxy.clock().freezeFor(Duration.ofSeconds(5));
        assertThat(outcome(proxy.call("POST").send())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(2);
    }

    @Test
    void tailscaledRestartIsTransparent() {
        for (int i = 0; i < 3; i++) {
            assertThat(outcome(proxy.get())).isEqualTo("200");
            proxy.socks().breakConnections();
        }
        assertThat(outcome(proxy.get())).isEqualTo("200");
    }

    @Test
    void refusedDialIsRetriedWhileSettling() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();
        route();
        proxy.socks().failNext(TestProxy.PEER, 80, 2);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(3);
    }

    @Test
    void freezeStartsSettlingTime() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();
        route();
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.clock().freezeFor(Duration.ofHours(1));
        proxy.socks().failNext(TestProxy.PEER, 80, 2);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(4);
    }

    @Test
    void settlingTimeEnds() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();
        route();
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.clock().freezeFor(Duration.ofHours(1));
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.clock().pass(Duration.ofHours(1));
        proxy.socks().failNext(TestProxy.PEER, 80, 1);

        assertThat(outcome(proxy.get())).isEqualTo("ConnectionRefused");
    }

    @Test
    void refusedDialIsNotRetriedAfterSettling() {
        proxy.socks().failNext(TestProxy.PEER, 80, 1);

        assertThat(outcome(proxy.get())).isEqualTo("ConnectionRefused");
        assertThat(proxy.socks().dials()).hasSize(1);
    }

    @Test
    void closedSocksPortIsTailnetUnavailable() {
        proxy.get();
        proxy.socks().close();

        assertThat(outcome(proxy.get())).isEqualTo("TailnetUnavailable");
    }

    @Test
    void firstByteTimeoutAppliesBeforeDeadline() {
        proxy.close();
        proxy = TestProxy.options().firstByte(Duration.ofMillis(50)).start();
        route();
        target.responds((request, out) -> true);

        assertThat(outcome(proxy.get())).isEqualTo("Timeout");
    }

    @Test
    void clientTimeoutAppliesBeforeDeadline() {
        target.responds((request, out) -> true);

        assertThat(outcome(proxy.call("GET").header("ts-timeout-ms", "50").send()))
                .isEqualTo("Timeout");
    }

    @Test
    void largeBodyIsForwarded() {
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < megabyte.length; i++) {
            megabyte[i] = (byte) (i * 31);
        }
        proxy.call("POST").body(Body.of(megabyte)).send();

        assertThat(target.last().body().getBytes()).containsExactly(megabyte);
    }
}
