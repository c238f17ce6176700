package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.Http2Requesting.client;
import static dev.tailnetproxy.proxy.server.Http2Requesting.request;
import static dev.tailnetproxy.proxy.server.Http2Requesting.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of HTTP/2: how many there are, how long they last, and that their clients are told of their end. */
class Http2ConnectionsTest {

    private static final int HEADERS = 1;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;

    private static ServerCertificate certificate;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger arrivals = new AtomicInteger();

    @BeforeAll
    static void certify(@TempDir Path dir) throws Exception {
        certificate = ServerCertificate.in(dir);
    }

    @AfterEach
    void stop() {
        TestServer.await(vertx.close());
    }

    private RawHttp2Client connect(TestServer proxy) {
        return new RawHttp2Client(vertx, proxy.server().port());
    }

    @Test
    void idleOnesMakeRoomAndAreTold() throws Exception {
        try (TestServer proxy = certificate.options().maxClientConnections(2).listen()) {
            hang(proxy);
            RawHttp2Client busy = connect(proxy);
            busy.send(RawHttp2Client.headers(), true);
            assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
            RawHttp2Client used = connect(proxy);
            used.send(RawHttp2Client.headers("ts-health", "true"), true);
            assertThat(used.end()).matches("\\d{3}.*");

            RawHttp2Client next = connect(proxy);
            assertThat(used.end()).isEqualTo("goaway 0 behind 3");
            assertThat(used.awaitClose()).isTrue();
            go.countDown();
            assertThat(busy.end()).isEqualTo("200");
            next.send(RawHttp2Client.headers(), true);
            assertThat(next.end()).isEqualTo("200");
            assertThat(proxy.server().connections()).isEqualTo(2);
        }
    }

    @Test
    void thoseForWhichThereIsNoRoomAreTold() throws Exception {
        try (TestServer proxy = certificate.options().maxClientConnections(1).listen()) {
            hang(proxy);
            RawHttp2Client busy = connect(proxy);
            busy.send(RawHttp2Client.headers(), true);
            assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

            for (int i = 0; i < 5; i++) {
                assertTurnedAway(proxy);
            }
            assertThat(proxy.server().connections()).isOne();
            go.countDown();
            assertThat(busy.end()).isEqualTo("200");
        }
        assertThat(arrivals.get()).isOne();
    }

    private void assertTurnedAway(TestServer proxy) throws Exception {
        BlockingQueue<Integer> last = new LinkedBlockingQueue<>();
        CountDownLatch closed = new CountDownLatch(1);
        HttpClient client = vertx.httpClientBuilder()
                .with(RawHttp2Client.options())
                .withConnectHandler(connection -> connection
                        .goAwayHandler(frame -> last.add((int) frame.getErrorCode() + frame.getLastStreamId()))
                        .closeHandler(gone -> closed.countDown()))
                .build();
        var unused = client.request(HttpMethod.GET, proxy.server().port(), "127.0.0.1", "/");
        assertThat(last.poll(30, TimeUnit.SECONDS)).isZero();
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** PING is no request. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thoseThatAreIdleEnd(boolean hadRequest) throws Exception {
        try (TestServer proxy =
                certificate.options().idleTimeout(Duration.ofSeconds(1)).listen()) {
            RawHttp2Client client = connect(proxy);
            if (hadRequest) {
                client.send(RawHttp2Client.headers(), true);
                assertThat(client.end()).isEqualTo("200");
            }
            client.frame(PING, 0, 0, new byte[8]);
            assertThat(client.end()).isEqualTo("goaway 0 behind " + (hadRequest ? 3 : 0));
            assertThat(client.awaitClose()).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(proxy.server().connections())
                    .isZero());
        }
    }

    /** It would block the requests of the same connection for ever. */
    @Test
    void aHeaderSectionThatDoesNotComeWholeIsNoRequest() throws Exception {
        try (TestServer proxy =
                certificate.options().idleTimeout(Duration.ofSeconds(1)).listen()) {
            RawHttp2Client client = connect(proxy);
            client.frame(HEADERS, 0, 1, (byte) 0x82);
            client.frame(CONTINUATION, 0, 1, (byte) 0x87);
            assertThat(client.end()).isEqualTo("goaway 0 behind 0");
            assertThat(client.awaitClose()).isTrue();
        }
    }

    @Test
    void oneWithARequestIsNotIdle() throws Exception {
        try (TestServer proxy =
                certificate.options().idleTimeout(Duration.ofSeconds(1)).listen()) {
            hang(proxy);
            RawHttp2Client busy = connect(proxy);
            busy.send(RawHttp2Client.headers(), true);
            RawHttp2Client idle = connect(proxy);
            assertThat(idle.end()).isEqualTo("goaway 0 behind 0");
            busy.send(RawHttp2Client.headers("ts-health", "true"), true);
            assertThat(busy.end()).matches("\\d{3}.*");
            assertThat(connect(proxy).end()).isEqualTo("goaway 0 behind 0");
            go.countDown();
            assertThat(busy.end()).isEqualTo("200");
            assertThat(busy.end()).isEqualTo("goaway 0 behind 5");
        }
    }

    private void hang(TestServer proxy) {
        proxy.target().responds((request, out) -> {
            arrivals.incrementAndGet();
            arrived.countDown();
            go.await(60, TimeUnit.SECONDS);
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            return true;
        });
    }

    @Test
    void connectionsAreCountedAndIdleOnesMakeRoom() throws Exception {
        try (TestServer proxy = certificate.options().maxClientConnections(1).listen()) {
            HttpClient first = client(vertx, proxy);
            HttpClientRequest request = request(first, HttpMethod.GET, "/");
            CountDownLatch closed = new CountDownLatch(1);
            request.connection().closeHandler(gone -> closed.countDown());
            assertThat(text(request)).isEqualTo("ok");
            assertThat(proxy.server().connections()).isOne();

            assertThat(text(request(client(vertx, proxy), HttpMethod.GET, "/"))).isEqualTo("ok");
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.server().connections()).isOne();
        }
    }

    @Test
    void stoppingEndsConnectionsBehindTheirResponses() throws Exception {
        try (TestServer proxy = certificate.options().listen()) {
            HttpClient client = client(vertx, proxy);
            HttpClientRequest request = request(client, HttpMethod.GET, "/");
            CountDownLatch goneAway = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            request.connection().goAwayHandler(frame -> goneAway.countDown());
            request.connection().closeHandler(gone -> closed.countDown());
            var finished = proxy.server().drain();

            assertThat(text(request)).isEqualTo("ok");
            assertThat(goneAway.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            TestServer.await(finished);
        }
    }
}
