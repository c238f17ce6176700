package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many dials the SOCKS5 server sees at once, and what becomes of the requests behind them. */
class DialsAtOnceTest {

    private static final int FIRST_PORT = 9000;
    private static final int TARGETS = 3;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final RawTarget target = new RawTarget((request, out) -> {
        out.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"
                .getBytes(StandardCharsets.US_ASCII));
        return false;
    });
    private final AtomicInteger dials = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);

    /** Each test starts it with its own limit. */
    @SuppressWarnings("NullAway.Init")
    private TestProxy proxy;

    @AfterEach
    void stop() {
        mayEnd.release(1_000_000);
        proxy.close();
        target.close();
    }

    /** Dials that go on until the test lets them. */
    private void start(int most) {
        proxy = TestProxy.options()
                .maxConnections(100)
                .dials(new DialLimit(most, LONG))
                .start();
        for (int i = 0; i < TARGETS; i++) {
            proxy.socks().route(TestProxy.PEER, FIRST_PORT + i, target.port());
        }
        proxy.socks().whenDialled(() -> {
            peak.accumulateAndGet(dials.incrementAndGet(), Math::max);
            mayEnd.acquireUninterruptibly();
            dials.decrementAndGet();
        });
    }

    private TestProxy.RequestBuilder get(int number) {
        return proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + number % TARGETS);
    }

    private void awaitDials(int number) {
        await().until(() -> dials.get() >= number);
    }

    private static void assertSucceeds(Future<ProxyResponse> response) {
        assertThat(outcome(TestProxy.await(response))).isEqualTo("200");
    }

    @Test
    void thereAreNeverMoreThanTheLimitAndAllRequestsSucceed() {
        int most = 4;
        int requests = 60;
        start(most);
        List<Future<ProxyResponse>> started = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            started.add(get(i).begin());
        }
        await().until(() -> proxy.limits().targetConnections().used() == requests);

        for (int ended = 0; ended < requests; ended += most) {
            awaitDials(most);
            mayEnd.release(most);
            int before = ended + most;
            await().until(() -> target.connections() >= before);
        }

        started.forEach(DialsAtOnceTest::assertSucceeds);
        assertThat(proxy.socks().dials()).hasSize(requests);
        assertThat(peak.get()).isEqualTo(most);
    }

    @Test
    void hangingTargetLeavesDialsToOthers() {
        start(4);
        for (int i = 0; i < 20; i++) {
            get(0).begin();
        }
        awaitDials(3);

        Future<ProxyResponse> healthy = get(1).begin();

        await().until(() -> proxy.socks().dials().contains(TestProxy.PEER + ":" + (FIRST_PORT + 1)));
        mayEnd.release(1000);
        assertSucceeds(healthy);
    }

    @Test
    void dialThatFailsMakesRoomForNext() {
        start(1);
        mayEnd.release(1000);
        proxy.socks().failNext(TestProxy.PEER, FIRST_PORT, 5);

        for (int i = 0; i < 5; i++) {
            assertThat(outcome(get(0).send())).isEqualTo("ConnectionRefused");
        }

        assertThat(outcome(get(0).send())).isEqualTo("200");
    }

    @Test
    void requestWhoseClientLeavesWhileItWaitsIsNotDialled() {
        start(1);
        Future<ProxyResponse> first = get(0).begin();
        awaitDials(1);
        Promise<Void> gone = Promise.promise();
        Future<ProxyResponse> left = get(1).begin(gone.future());
        Future<ProxyResponse> last = get(2).begin();
        await().until(() -> proxy.limits().targetConnections().used() == 3);

        gone.complete();
        assertThat(outcome(TestProxy.await(left))).isEqualTo("ConnectionReset");
        mayEnd.release(1000);

        assertSucceeds(first);
        assertSucceeds(last);
        assertThat(proxy.socks().dials()).doesNotContain(TestProxy.PEER + ":" + (FIRST_PORT + 1));
        await().untilAsserted(() ->
                assertThat(proxy.limits().targetConnections().used()).isZero());
    }

    @Test
    void requestThatWaitsUntilItsDeadlineIsNotDialled() {
        start(1);
        Future<ProxyResponse> first = get(0).begin();
        awaitDials(1);

        ProxyResponse late = get(1).within(Duration.ofMillis(50)).send();

        assertThat(outcome(late)).isEqualTo("Timeout");
        assertThat(late.headers().first("ts-error-message").orElseThrow()).contains("TS_PROXY_MAX_DIALS");
        mayEnd.release(1000);
        assertSucceeds(first);
        assertThat(proxy.socks().dials()).hasSize(1);
    }

    @Test
    void connectionThatIsThereDoesNotWaitForDials() {
        start(1);
        mayEnd.release(1);
        target.responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        assertThat(outcome(get(0).send())).isEqualTo("200");
        Future<ProxyResponse> hanging = get(1).begin();
        awaitDials(1);

        assertThat(outcome(get(0).send())).isEqualTo("200");

        assertThat(hanging.isComplete()).isFalse();
        assertThat(proxy.socks().dials()).hasSize(2);
    }
}
