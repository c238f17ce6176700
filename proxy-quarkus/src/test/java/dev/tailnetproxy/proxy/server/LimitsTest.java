package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that ask for more than the process has: what fits is served, the rest is told so, and nothing stays behind. */
class LimitsTest {

    private static final int BODY = 60_000;
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<RawClient> clients = new ArrayList<>();

    /** Each test starts it with its own options. */
    @SuppressWarnings("NullAway.Init")
    private TestServer proxy;

    @AfterEach
    void stop() {
        finished.countDown();
        clients.forEach(RawClient::close);
        proxy.close();
    }

    private Limits start(LimitSettings limits, int connections) {
        proxy = TestProxy.options().maxConnections(connections).limits(limits).listen();
        return proxy.harness().limits();
    }

    private void hang() {
        proxy.target().responds((request, out) -> {
            finished.await();
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            return true;
        });
    }

    private RawClient send(String text) throws IOException {
        RawClient client = proxy.client();
        clients.add(client);
        return client.send(text);
    }

    private static String post() {
        return "POST / HTTP/1.1\r\n" + TARGET + "content-length: " + BODY + "\r\n\r\n" + "x".repeat(BODY);
    }

    private static void assertNothingIsLeft(Limits limits) {
        for (Limit limit : List.of(limits.requests(), limits.bufferedBytes(), limits.waiting())) {
            await().untilAsserted(
                            () -> assertThat(limit.used()).as(limit.name()).isZero());
        }
    }

    /** Of what they sent nothing stays until the deadline of the requests. */
    @Test
    void disconnectReleasesBufferedBodies() throws Exception {
        Limits limits = start(new LimitSettings(1000, 100L * BODY, 100, 500), 4);
        hang();
        for (int i = 0; i < 4; i++) {
            send("GET / HTTP/1.1\r\n" + TARGET + "\r\n");
        }
        await().untilAsserted(() -> assertThat(proxy.target().received()).hasSize(4));
        for (int round = 0; round < 3; round++) {
            List<RawClient> leaving = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                leaving.add(send(post()));
            }
            await().untilAsserted(() -> assertThat(limits.waiting().used()).isEqualTo(40));
            assertThat(limits.bufferedBytes().used()).isEqualTo(40L * BODY);

            leaving.forEach(RawClient::close);

            await().untilAsserted(
                            () -> assertThat(limits.bufferedBytes().used()).isZero());
            await().untilAsserted(() -> assertThat(limits.requests().used()).isEqualTo(4));
        }
        assertThat(proxy.target().received()).hasSize(4);
    }

    /** Nothing of them is read by anybody, and their connections are watched all the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 3000})
    void disconnectDuringLongBodyIsDetected(int chunk) throws Exception {
        Limits limits = start(new LimitSettings(1000, 100L * BODY, 100, 500), 1);
        hang();
        send("GET / HTTP/1.1\r\n" + TARGET + "\r\n");
        await().untilAsserted(() -> assertThat(proxy.target().received()).hasSize(1));
        String chunks = (Integer.toHexString(chunk) + "\r\n" + "x".repeat(chunk) + "\r\n").repeat(20);
        List<RawClient> leaving = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            leaving.add(send("POST / HTTP/1.1\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n" + chunks));
        }
        await().untilAsserted(() -> assertThat(limits.bufferedBytes().used()).isEqualTo(400L * chunk));
        assertThat(limits.waiting().used()).isEqualTo(20);

        leaving.forEach(RawClient::close);

        await().untilAsserted(() -> assertThat(limits.waiting().used()).isZero());
        await().untilAsserted(() -> assertThat(limits.bufferedBytes().used()).isZero());
    }

    @Test
    void bodiesAboveLimitAreRejected() throws Exception {
        Limits limits = start(new LimitSettings(1000, 5L * BODY, 100, 500), 4);
        hang();
        List<RawClient> forHeap = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            forHeap.add(send(post()));
        }
        await().untilAsserted(() -> assertThat(limits.bufferedBytes().used()).isEqualTo(5L * BODY));
        for (int i = 0; i < 20; i++) {
            RawClient.ReceivedResponse response = send(post()).response();

            assertThat(response.outcome()).isEqualTo("Overloaded");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.values("retry-after")).isEqualTo(List.of("1"));
            assertThat(response.values("ts-error-message").get(0)).contains("TS_PROXY_MAX_BUFFERED_BYTES");
        }
        assertThat(limits.bufferedBytes().refusals()).isEqualTo(20);

        finished.countDown();

        for (RawClient client : forHeap) {
            assertThat(client.response().text()).isEqualTo("ok");
        }
        assertNothingIsLeft(limits);
        assertThat(proxy.target().received()).hasSize(5);
    }

    /** A length is only a claim: what has not arrived takes no memory. */
    @ParameterizedTest
    @ValueSource(strings = {"content-length: 8000000", "content-length: 8388608", "x-no-length: 1"})
    void declaredLengthReservesNoMemory(String announced) throws Exception {
        Limits limits = start(new LimitSettings(1000, 1000, 100, 500), 64);
        proxy.target().responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + announced + "\r\n\r\nx").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            finished.await();
            return false;
        });
        for (int i = 0; i < 26; i++) {
            send("GET / HTTP/1.0\r\n" + TARGET + "\r\n");
        }

        await().untilAsserted(() -> assertThat(limits.bufferedBytes().used()).isEqualTo(26));

        clients.forEach(RawClient::close);
        assertNothingIsLeft(limits);
    }

    /** The target has acted on the request: to send it again is not safe, so that it is no Overloaded. */
    @ParameterizedTest
    @ValueSource(strings = {"content-length: 5000", "transfer-encoding: chunked", "x-no-length: 1"})
    void oversizedHttp10ResponseIsTooLarge(String framing) throws Exception {
        Limits limits = start(new LimitSettings(1000, 1000, 100, 500), 64);
        String content = "x".repeat(5000);
        String body = framing.contains("chunked") ? "1388\r\n" + content + "\r\n0\r\n\r\n" : content;
        proxy.target().responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            return false;
        });

        RawClient.ReceivedResponse response =
                send("GET / HTTP/1.0\r\n" + TARGET + "\r\n").response();

        assertThat(response.outcome()).isEqualTo("ResponseTooLarge");
        assertThat(response.values("retry-after")).isEmpty();
        assertNothingIsLeft(limits);
    }

    @Test
    void nonReadingClientHoldsOneResponse() throws Exception {
        Limits limits = start(new LimitSettings(1000, 10_000_000, 100, 500), 64);
        proxy.target().responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 8000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[8_000_000]);
            return true;
        });
        RawClient slow = RawClient.withSmallBuffer(proxy.server().port());
        clients.add(slow);
        slow.send("GET / HTTP/1.0\r\n" + TARGET + "\r\n");
        await().untilAsserted(() -> assertThat(limits.bufferedBytes().used()).isEqualTo(8_000_000));

        assertThat(send("GET / HTTP/1.0\r\n" + TARGET + "\r\n").response().outcome())
                .isEqualTo("ResponseTooLarge");

        slow.close();
        assertNothingIsLeft(limits);
    }

    @Test
    void managementPortExposesLimits() throws Exception {
        start(new LimitSettings(7, 1000, 9, 11), 4);
        hang();
        send("GET / HTTP/1.1\r\n" + TARGET + "\r\n");
        await().untilAsserted(() -> assertThat(proxy.target().received()).hasSize(1));
        try (RawClient managementClient = proxy.managementClient()) {
            String text = managementClient
                    .send("GET /q/metrics HTTP/1.1\r\nhost: a\r\n\r\n")
                    .response()
                    .text();
            for (String line : List.of(
                    "tailnet_proxy_limit_used{limit=\"requests\"} 1.0",
                    "tailnet_proxy_limit_used{limit=\"target_connections\"} 1.0",
                    "tailnet_proxy_limit_most{limit=\"requests\"} 7.0",
                    "tailnet_proxy_limit_most{limit=\"buffered_bytes\"} 1000.0",
                    "tailnet_proxy_limit_most{limit=\"target_connections\"} 9.0",
                    "tailnet_proxy_limit_most{limit=\"waiting\"} 11.0",
                    "tailnet_proxy_limit_refusals_total{limit=\"waiting\"} 0.0")) {
                assertThat(text.contains(line)).as(line + " is not in " + text).isTrue();
            }
        }
    }

    /** Whatever clients and targets do, in any order: when it is over, nothing is counted any more. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyOutcomeReleasesLimits(long seed) throws Exception {
        Limits limits = start(new LimitSettings(40, 10L * BODY, 3, 4), 2);
        Random random = new Random(seed);
        proxy.harness().socks().route(TestProxy.PEER, 82, proxy.target().port());
        proxy.target().responds((request, out) -> RecordedEnds.TARGETS
                .get(random.nextInt(RecordedEnds.TARGETS.size()))
                .write(request, out));
        for (int i = 0; i < 80; i++) {
            String port = List.of("80", "81", "82", "0").get(random.nextInt(4));
            RawClient client = send(RecordedEnds.REQUESTS
                    .get(random.nextInt(RecordedEnds.REQUESTS.size()))
                    .replace(": 80\r", ": " + port + "\r"));
            if (random.nextBoolean()) {
                client.close();
            }
        }
        proxy.harness().socks().breakConnections();
        clients.forEach(RawClient::close);

        assertNothingIsLeft(limits);
        proxy.resetTarget();
        assertThat(send("GET / HTTP/1.1\r\n" + TARGET + "\r\n").response().outcome())
                .isEqualTo("200");
    }

    /** What clients send, and what targets do then. */
    private static final class RecordedEnds {

        static final List<String> REQUESTS = List.of(
                "GET / HTTP/1.1\r\n" + TARGET + "\r\n",
                "GET / HTTP/1.0\r\n" + TARGET + "\r\n",
                "HEAD / HTTP/1.0\r\n" + TARGET + "\r\n",
                "POST / HTTP/1.0\r\n" + TARGET + "content-length: 5\r\n\r\nhello",
                post(),
                ("PUT / HTTP/1.1\r\n" + TARGET + "content-length: 5\r\n\r\nhello").repeat(3),
                post().substring(0, BODY / 2),
                "PUT / HTTP/1.1\r\n" + TARGET + "content-length: 100000\r\n\r\n" + "x".repeat(50_000),
                "PUT / HTTP/1.1\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "PUT / HTTP/1.1\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\nno chunk\r\n",
                "GET / HTTP/1.1\r\nhost: a\r\nts-target-ip: 127.0.0.1\r\nts-target-port: 80\r\n\r\n",
                "GET / HTTP/1.1\r\n" + TARGET + "ts-timeout-ms: 30\r\n\r\n");

        static final List<RawTarget.Response> TARGETS = List.of(
                RawTarget.bytes(OK),
                (request, out) -> false,
                (request, out) -> true,
                RawTarget.bytes("no HTTP\r\n\r\n"),
                RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\nx"),
                RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n" + "x".repeat(50_000)),
                RawTarget.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"));
    }
}
