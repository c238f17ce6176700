package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals("Overloaded", outcome(response));
        assertEquals(503, response.status());
        assertEquals(List.of("1"), response.headers().all("retry-after"));
        String message = response.headers().first("ts-error-message").orElseThrow();
        assertTrue(message.contains(setting), message);
    }

    /** A connection to a TLS target belongs to the name that the client says; the target is one. */
    @ParameterizedTest(name = "{1} names at port {0}, {2} connections")
    @CsvSource({"80, 20, 3", "443, 20, 3", "80, 643, 256", "443, 643, 256"})
    void namesOfOneTargetShareConnectionLimit(int port, int names, int max) {
        start(1000, 1000, 1000, max);
        hang();
        List<Future<ProxyResponse>> started = begin(names, port);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertEquals(max, target.received().size()));
        await().untilAsserted(
                        () -> assertEquals(names - max, proxy.limits().waiting().used()));

        finished.countDown();

        started.forEach(response -> assertEquals("200", outcome(TestProxy.await(response))));
        assertTrue(proxy.limits().targetConnections().used() <= max);
        assertEquals(0, proxy.limits().waiting().used());
        assertEquals(0, proxy.limits().requests().used());
    }

    @Test
    void idleConnectionIsEvictedForOtherNameOfSameTarget() {
        start(100, 100, 100, 2);
        for (Future<ProxyResponse> each : begin(6, 443)) {
            assertEquals("200", outcome(TestProxy.await(each)));
        }
        for (int i = 0; i < 6; i++) {
            assertEquals(
                    "200",
                    outcome(proxy.call("POST")
                            .to(TestProxy.PEER, 443)
                            .header("ts-host", "other-" + i + ".test")
                            .send()));
            assertTrue(proxy.limits().targetConnections().used() <= 2);
        }
    }

    @Test
    void idleConnectionIsEvictedForOtherTarget() {
        start(100, 3, 100, 16);
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    "200",
                    outcome(proxy.call("POST")
                            .to(TestProxy.PEER, FIRST_PORT + i)
                            .send()));
            assertTrue(proxy.limits().targetConnections().used() <= 3);
        }
        assertEquals(20, target.connections());
        assertEquals(
                "200",
                outcome(proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + 19).send()));
        assertEquals(20, target.connections(), "the newest one is still there");
    }

    @Test
    void requestIsRejectedWhenNoConnectionIsIdle() {
        start(100, 3, 100, 16);
        hang();
        for (int i = 0; i < 3; i++) {
            begin(1, FIRST_PORT + i);
        }
        await().untilAsserted(() -> assertEquals(3, target.received().size()));

        assertIsOverloaded(
                proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + 4).send(), "TS_PROXY_MAX_TARGET_CONNECTIONS");

        assertEquals(3, proxy.socks().dials().size());
        assertEquals(1, proxy.limits().targetConnections().refusals());
    }

    @Test
    void queuePerTargetIsBounded() {
        start(100, 100, 3, 1);
        hang();
        List<Future<ProxyResponse>> started = begin(4, 80);
        await().untilAsserted(() -> assertEquals(3, proxy.limits().waiting().used()));

        assertIsOverloaded(proxy.get(), "TS_PROXY_MAX_WAITING");
        assertEquals(
                "Overloaded",
                outcome(proxy.call("POST").body(Body.of(new byte[60_000])).send()));

        finished.countDown();
        started.forEach(response -> assertEquals("200", outcome(TestProxy.await(response))));
        assertEquals(4, target.received().size());
    }

    @Test
    void inFlightRequestsAreBounded() {
        start(4, 100, 100, 16);
        hang();
        begin(3, 80);
        begin(1, FIRST_PORT);
        await().untilAsserted(() -> assertEquals(4, target.received().size()));

        assertIsOverloaded(proxy.call("GET").to(TestProxy.PEER, FIRST_PORT + 1).send(), "TS_PROXY_MAX_REQUESTS");
        assertEquals(
                "200", outcome(proxy.call("GET").header("ts-health", "true").send()));
        assertEquals(4, proxy.limits().requests().used());
    }

    @Test
    void hangingTargetLeavesCapacityForOthers() {
        start(8, 100, 100, 2);
        hang();
        begin(6, 80);
        await().untilAsserted(() -> assertEquals(2, target.received().size()));
        assertIsOverloaded(proxy.get(), "TS_PROXY_MAX_REQUESTS");

        try (RawTarget honest = new RawTarget(RawTarget.bytes(OK))) {
            proxy.socks().route(TestProxy.PEER, 81, honest.port());
            assertEquals("200", outcome(proxy.call("GET").to(TestProxy.PEER, 81).send()));
        }
    }

    @Test
    void disconnectEndsWaitingForConnection() {
        start(1000, 100, 1000, 4);
        hang();
        begin(4, 80);
        await().untilAsserted(() -> assertEquals(4, target.received().size()));
        Promise<Void> gone = Promise.promise();
        List<Future<ProxyResponse>> left = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            left.add(proxy.call("POST")
                    .body(Body.of(new byte[60_000]))
                    .within(Duration.ofDays(1))
                    .begin(gone.future()));
        }
        await().untilAsserted(() -> assertEquals(500, proxy.limits().waiting().used()));

        gone.complete();

        left.forEach(response -> assertEquals("ConnectionReset", outcome(TestProxy.await(response))));
        assertEquals(0, proxy.limits().waiting().used());
        assertEquals(4, proxy.limits().requests().used());
        finished.countDown();
        await().untilAsserted(() -> assertEquals(0, proxy.limits().requests().used()));
        assertEquals(4, target.received().size());
    }

    /** The dial itself can't be taken back; it keeps its place until it has ended. */
    @Test
    void disconnectDuringDialKeepsDialCounted() {
        start(100, 1, 100, 16);
        proxy.socks().hangNext(TestProxy.PEER, 80, 1, () -> {});
        Promise<Void> gone = Promise.promise();
        Future<ProxyResponse> left = proxy.call("GET").begin(gone.future());
        await().untilAsserted(() -> assertEquals(1, proxy.socks().dials().size()));

        gone.complete();

        assertEquals("ConnectionReset", outcome(TestProxy.await(left)));
        assertIsOverloaded(proxy.call("GET").to(TestProxy.PEER, FIRST_PORT).send(), "TS_PROXY_MAX_TARGET_CONNECTIONS");
        proxy.socks().breakConnections();
        await().untilAsserted(
                        () -> assertEquals(0, proxy.limits().targetConnections().used()));
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 200})
    void deadlineEndsWaitingForConnection(int millis) {
        start(100, 100, 100, 1);
        hang();
        begin(1, 80);
        await().untilAsserted(() -> assertEquals(1, target.received().size()));

        assertEquals(
                "Timeout",
                outcome(proxy.call("POST")
                        .header("ts-timeout-ms", Integer.toString(millis))
                        .send()));
        assertEquals(0, proxy.limits().waiting().used());
    }

    @Test
    void failedDialReleasesSlot() {
        start(100, 1, 1, 1);
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    "ConnectionRefused",
                    outcome(proxy.call("GET").to(TestProxy.PEER, 81).send()));
            assertEquals(0, proxy.limits().targetConnections().used());
        }
    }

    @Test
    void closedConnectionReleasesSlot() {
        start(100, 1, 1, 1);
        target.responds((request, out) -> false);
        for (int i = 0; i < 5; i++) {
            assertEquals("ConnectionReset", outcome(proxy.call("POST").send()));
        }
        await().untilAsserted(
                        () -> assertEquals(0, proxy.limits().targetConnections().used()));
    }
}
