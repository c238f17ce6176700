package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TlsTerminator;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections and requests there are at most, and what becomes of those that do not fit. */
class ConnectionLimitsTest {

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final int FIRST_PORT = 9000;

    @TempDir
    static Path dir;

    private static Path certificate;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final RawTarget target = new RawTarget(RawTarget.bytes(OK));

    /** The certificate is issued before JUnit makes an instance. */
    @SuppressWarnings("NullAway.Init")
    private final TlsTerminator tls = new TlsTerminator(certificate, target.port());

    /** Each test starts it with its own options. */
    @SuppressWarnings("NullAway.Init")
    private TestProxy proxy;

    @BeforeAll
    static void issue() {
        certificate = new TestCertificates(dir).selfSigned("target", "target.test");
    }

    @AfterEach
    void stop() {
        finished.countDown();
        proxy.close();
        tls.close();
        target.close();
    }

    private void start(int requests, int connections, int waiting, int perTarget) {
        proxy = TestProxy.options()
                .insecure(TestProxy.PEER + ":443")
                .maxConnections(perTarget)
                .limits(new LimitSettings(requests, 1_000_000, connections, waiting))
                .start();
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        proxy.socks().route(TestProxy.PEER, 443, tls.port());
        for (int i = 0; i < 20; i++) {
            proxy.socks().route(TestProxy.PEER, FIRST_PORT + i, target.port());
        }
    }

    private void hang() {
        target.responds((request, out) -> {
            finished.await();
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            return true;
        });
    }

    private List<Future<ProxyResponse>> begin(int count, int port) {
        List<Future<ProxyResponse>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(proxy.call("GET")
                    .to(TestProxy.PEER, port)
                    .header("ts-host", "tenant-" + i + ".test")
                    .begin());
        }
        return started;
    }

    private static void assertIsOverloaded(ProxyResponse response, String setting) {
        assertThat(outcome(response)).isEqualTo("Overloaded");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers().all("retry-after")).isEqualTo(List.of("1"));
        String message = response.headers().first("ts-error-message").orElseThrow();
        assertThat(message.contains(setting)).as(message).isTrue();
    }

    /** A connection to a TLS target belongs to the name that the client says; the target is one. */
    @ParameterizedTest(name = "{1} names at port {0}, {2} connections")
    @CsvSource({"80, 20, 3", "443, 20, 3", "80, 643, 256", "443, 643, 256"})
    void namesOfOneTargetShareConnectionLimit(int port, int names, int max) {
        start(1000, 1000, 1000, max);
        hang();
        List<Future<ProxyResponse>> started = begin(names, port);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(target.received()).hasSize(max));
        await().untilAsserted(() -> assertThat(proxy.limits().waiting().used()).isEqualTo(names - max));

        finished.countDown();

        started.forEach(
                response -> assertThat(outcome(TestProxy.await(response))).isEqualTo("200"));
        assertThat(proxy.limits().targetConnections().used() <= max).isTrue();
        assertThat(proxy.limits().waiting().used()).isZero();
        assertThat(proxy.limits().requests().used()).isZero();
    }

    @Test
    void idleConnectionIsEvictedForOtherNameOfSameTarget() {
        start(100, 100, 100, 2);
        for (Future<ProxyResponse> each : begin(6, 443)) {
            assertThat(outcome(TestProxy.await(each))).isEqualTo("200");
        }
        for (int i = 0; i < 6; i++) {
            assertThat(outcome(proxy.call("POST")
                            .to(TestProxy.PEER, 443)
                            .header("ts-host", "other-" + i + ".test")
                            .send()))
                    .isEqualTo("200");
            assertThat(proxy.limits().targetConnections().used() <= 2).isTrue();
        }
    }

    @Test
    void idleConnectionIsEvictedForOtherTarget() {
        start(100, 3, 100, 16);
        for (int i = 0; i < 20; i++) {
            assertThat(outcome(proxy.call("POST")
                            .to(TestProxy.PEER, FIRST_PORT + i)
                            .send()))
                    .isEqualTo("200");
            assertThat(proxy.limits().targetConnections().used() <= 3).isTrue();
        }
        assertThat(target.connections()).isEqualTo(20);
        assertThat(outcome(proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + 19).send()))
                .isEqualTo("200");
        assertThat(target.connections()).as("the newest one is still there").isEqualTo(20);
    }

    @Test
    void requestIsRejectedWhenNoConnectionIsIdle() {
        start(100, 3, 100, 16);
        hang();
        for (int i = 0; i < 3; i++) {
            begin(1, FIRST_PORT + i);
        }
        await().untilAsserted(() -> assertThat(target.received()).hasSize(3));

        assertIsOverloaded(
                proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + 4).send(), "TS_PROXY_MAX_TARGET_CONNECTIONS");

        assertThat(proxy.socks().dials()).hasSize(3);
        assertThat(proxy.limits().targetConnections().refusals()).isOne();
    }

    @Test
    void queuePerTargetIsBounded() {
        start(100, 100, 3, 1);
        hang();
        List<Future<ProxyResponse>> started = begin(4, 80);
        await().untilAsserted(() -> assertThat(proxy.limits().waiting().used()).isEqualTo(3));

        assertIsOverloaded(proxy.get(), "TS_PROXY_MAX_WAITING");
        assertThat(outcome(proxy.call("POST").body(Body.of(new byte[60_000])).send()))
                .isEqualTo("Overloaded");

        finished.countDown();
        started.forEach(
                response -> assertThat(outcome(TestProxy.await(response))).isEqualTo("200"));
        assertThat(target.received()).hasSize(4);
    }

    @Test
    void inFlightRequestsAreBounded() {
        start(4, 100, 100, 16);
        hang();
        begin(3, 80);
        begin(1, FIRST_PORT);
        await().untilAsserted(() -> assertThat(target.received()).hasSize(4));

        assertIsOverloaded(proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + 1).send(), "TS_PROXY_MAX_REQUESTS");
        assertThat(outcome(proxy.call("GET").header("ts-health", "true").send()))
                .isEqualTo("200");
        assertThat(proxy.limits().requests().used()).isEqualTo(4);
    }

    @Test
    void hangingTargetLeavesCapacityForOthers() {
        start(8, 100, 100, 2);
        hang();
        begin(6, 80);
        await().untilAsserted(() -> assertThat(target.received()).hasSize(2));
        assertIsOverloaded(proxy.get(), "TS_PROXY_MAX_REQUESTS");

        try (RawTarget honest = new RawTarget(RawTarget.bytes(OK))) {
            proxy.socks().route(TestProxy.PEER, 81, honest.port());
            assertThat(outcome(proxy.call("GET").to(TestProxy.PEER, 81).send())).isEqualTo("200");
        }
    }

    @Test
    void disconnectEndsWaitingForConnection() {
        start(1000, 100, 1000, 4);
        hang();
        begin(4, 80);
        await().untilAsserted(() -> assertThat(target.received()).hasSize(4));
        Promise<Void> gone = Promise.promise();
        List<Future<ProxyResponse>> left = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            left.add(proxy.call("POST")
                    .body(Body.of(new byte[60_000]))
                    .within(Duration.ofDays(1))
                    .begin(gone.future()));
        }
        await().untilAsserted(() -> assertThat(proxy.limits().waiting().used()).isEqualTo(500));

        gone.complete();

        left.forEach(response -> assertThat(outcome(TestProxy.await(response))).isEqualTo("ConnectionReset"));
        assertThat(proxy.limits().waiting().used()).isZero();
        assertThat(proxy.limits().requests().used()).isEqualTo(4);
        finished.countDown();
        await().untilAsserted(() -> assertThat(proxy.limits().requests().used()).isZero());
        assertThat(target.received()).hasSize(4);
    }

    /** The dial itself can't be taken back; it keeps its place until it has ended. */
    @Test
    void disconnectDuringDialKeepsDialCounted() {
        start(100, 1, 100, 16);
        proxy.socks().hangNext(TestProxy.PEER, 80, 1, () -> {});
        Promise<Void> gone = Promise.promise();
        Future<ProxyResponse> left = proxy.call("GET").begin(gone.future());
        await().untilAsserted(() -> assertThat(proxy.socks().dials()).hasSize(1));

        gone.complete();

        assertThat(outcome(TestProxy.await(left))).isEqualTo("ConnectionReset");
        assertIsOverloaded(proxy.call("GET").to(TestProxy.PEER, FIRST_PORT).send(), "TS_PROXY_MAX_TARGET_CONNECTIONS");
        proxy.socks().breakConnections();
        await().untilAsserted(() ->
                assertThat(proxy.limits().targetConnections().used()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 200})
    void deadlineEndsWaitingForConnection(int millis) {
        start(100, 100, 100, 1);
        hang();
        begin(1, 80);
        await().untilAsserted(() -> assertThat(target.received()).hasSize(1));

        assertThat(outcome(proxy.call("POST")
                        .header("ts-timeout-ms", Integer.toString(millis))
                        .send()))
                .isEqualTo("Timeout");
        assertThat(proxy.limits().waiting().used()).isZero();
    }

    @Test
    void failedDialReleasesSlot() {
        start(100, 1, 1, 1);
        for (int i = 0; i < 5; i++) {
            assertThat(outcome(proxy.call("GET").to(TestProxy.PEER, 81).send())).isEqualTo("ConnectionRefused");
            assertThat(proxy.limits().targetConnections().used()).isZero();
        }
    }

    @Test
    void closedConnectionReleasesSlot() {
        start(100, 1, 1, 1);
        target.responds((request, out) -> false);
        for (int i = 0; i < 5; i++) {
            assertThat(outcome(proxy.call("POST").send())).isEqualTo("ConnectionReset");
        }
        await().untilAsserted(() ->
                assertThat(proxy.limits().targetConnections().used()).isZero());
    }
}
