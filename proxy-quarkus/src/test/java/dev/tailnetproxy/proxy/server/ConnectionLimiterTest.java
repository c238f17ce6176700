package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connections of clients are bounded: idle ones make room first, then new ones end with 503. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionLimiterTest {

    private static final int MAX = 4;
    private static final String REQUEST = "GET / HTTP/1.1\r\n" + TestServer.TARGET + "\r\n";

    private final CountDownLatch mayRespond = new CountDownLatch(1);
    private final List<RawClient> open = new ArrayList<>();
    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestServer.with(MAX, Access.open());
    }

    @AfterEach
    void stop() {
        mayRespond.countDown();
        open.forEach(RawClient::close);
        proxy.close();
    }

    /** Each has an address of its own. */
    private RawClient connect() throws IOException {
        return connect("127.0.1." + (open.size() + 1));
    }

    private RawClient connect(String address) throws IOException {
        RawClient client = RawClient.from(address, proxy.server().port());
        open.add(client);
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "GET / HT", "GET / HTTP/1.1\r\nhost: proxy\r\n", REQUEST})
    void idleConnectionIsEvicted(String sent) throws IOException {
        for (int i = 0; i < MAX; i++) {
            RawClient idle = connect().send(sent);
            if (sent.equals(REQUEST)) {
                assertEquals("ok", idle.response().text());
            }
        }

        assertEquals("ok", connect().send(REQUEST).response().text());
        assertEquals("", open.get(0).readRemaining(), "the one that was idle for the longest time");
        assertEquals(
                "ok",
                open.get(MAX - 1)
                        .send(sent.equals(REQUEST) ? REQUEST : readRemaining(sent))
                        .response()
                        .text());
    }

    private static String readRemaining(String sent) {
        String readFully = sent.startsWith("\r\n") ? "\r\n" + REQUEST : REQUEST;
        return sent.equals("GET / HTTP/1.1\r\nhost: proxy\r\n")
                ? REQUEST.substring(sent.length())
                : readFully.substring(sent.length());
    }

    private CountDownLatch hang(int requests) {
        CountDownLatch arrived = new CountDownLatch(requests);
        proxy.target().responds((request, out) -> {
            arrived.countDown();
            mayRespond.await();
            return RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .write(request, out);
        });
        return arrived;
    }

    @Test
    void oneAddressHasThreeQuartersAtMost() throws Exception {
        CountDownLatch arrived = hang(MAX - 1);
        for (int i = 0; i < MAX - 1; i++) {
            connect("127.0.0.1").send(REQUEST);
        }
        arrived.await();

        assertEquals(503, connect("127.0.0.1").send(REQUEST).response().status());
        RawClient other = connect("127.0.0.2").send(REQUEST);
        mayRespond.countDown();
        assertEquals("ok", other.response().text());
    }

    @Test
    void idleOnesMakeRoomForTheirOwnAddressFirst() throws IOException {
        RawClient eldest = connect("127.0.0.2").send(REQUEST);
        assertEquals("ok", eldest.response().text());
        for (int i = 0; i < 3 * MAX; i++) {
            assertEquals("ok", connect("127.0.0.1").send(REQUEST).response().text());
        }

        assertEquals("ok", eldest.send(REQUEST).response().text());
    }

    @Test
    void busyConnectionsAreKeptAndNewOnesGet503() throws Exception {
        CountDownLatch arrived = hang(MAX);
        for (int i = 0; i < MAX; i++) {
            connect().send(REQUEST);
        }
        arrived.await();

        for (int i = 0; i < 20; i++) {
            RawClient.ReceivedResponse response = connect().send(REQUEST).response();
            assertEquals(503, response.status());
            assertEquals(List.of("1"), response.values("retry-after"));
            assertEquals(List.of("close"), response.values("connection"));
        }
        assertMetric(MAX);
        mayRespond.countDown();
        for (RawClient busy : open.subList(0, MAX)) {
            assertEquals("ok", busy.response().text());
        }
        assertEquals("ok", connect().send(REQUEST).response().text());
    }

    @Test
    void closedConnectionsAreNotCounted() throws IOException {
        for (int i = 0; i < 3 * MAX; i++) {
            try (RawClient client = proxy.client()) {
                assertEquals("ok", client.send(REQUEST).response().text());
            }
        }
        Awaitility.await().untilAsserted(() -> assertMetric(0));
    }

    private void assertMetric(int connections) throws IOException {
        try (RawClient managementClient = proxy.managementClient()) {
            String metrics = managementClient
                    .send("GET /q/metrics HTTP/1.1\r\nhost: proxy\r\n\r\n")
                    .response()
                    .text();
            assertTrue(metrics.contains("tailnet_proxy_client_connections " + connections + ".0"), metrics);
        }
    }
}
