package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
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
class ClientConnectionsTest {

    private static final int MOST = 4;
    private static final String REQUEST = "GET / HTTP/1.1\r\n" + ListeningProxy.TARGET + "\r\n";

    private final CountDownLatch mayRespond = new CountDownLatch(1);
    private final List<RawCaller> open = new ArrayList<>();
    private ListeningProxy proxy;

    @BeforeEach
    void start() {
        proxy = ListeningProxy.with(MOST, Access.open());
    }

    @AfterEach
    void stop() {
        mayRespond.countDown();
        open.forEach(RawCaller::close);
        proxy.close();
    }

    /** Each has an address of its own. */
    private RawCaller connect() throws IOException {
        return connect("127.0.1." + (open.size() + 1));
    }

    private RawCaller connect(String address) throws IOException {
        RawCaller client = RawCaller.from(address, proxy.server().port());
        open.add(client);
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "GET / HT", "GET / HTTP/1.1\r\nhost: proxy\r\n", REQUEST})
    void idleOnesMakeRoom(String sent) throws IOException {
        for (int i = 0; i < MOST; i++) {
            RawCaller idle = connect().send(sent);
            if (sent.equals(REQUEST)) {
                assertEquals("ok", idle.reply().text());
            }
        }

        assertEquals("ok", connect().send(REQUEST).reply().text());
        assertEquals("", open.get(0).rest(), "the one that was idle for the longest time");
        assertEquals(
                "ok",
                open.get(MOST - 1)
                        .send(sent.equals(REQUEST) ? REQUEST : rest(sent))
                        .reply()
                        .text());
    }

    private static String rest(String sent) {
        String whole = sent.startsWith("\r\n") ? "\r\n" + REQUEST : REQUEST;
        return sent.equals("GET / HTTP/1.1\r\nhost: proxy\r\n")
                ? REQUEST.substring(sent.length())
                : whole.substring(sent.length());
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
        CountDownLatch arrived = hang(MOST - 1);
        for (int i = 0; i < MOST - 1; i++) {
            connect("127.0.0.1").send(REQUEST);
        }
        arrived.await();

        assertEquals(503, connect("127.0.0.1").send(REQUEST).reply().status());
        RawCaller other = connect("127.0.0.2").send(REQUEST);
        mayRespond.countDown();
        assertEquals("ok", other.reply().text());
    }

    @Test
    void idleOnesMakeRoomForTheirOwnAddressFirst() throws IOException {
        RawCaller eldest = connect("127.0.0.2").send(REQUEST);
        assertEquals("ok", eldest.reply().text());
        for (int i = 0; i < 3 * MOST; i++) {
            assertEquals("ok", connect("127.0.0.1").send(REQUEST).reply().text());
        }

        assertEquals("ok", eldest.send(REQUEST).reply().text());
    }

    @Test
    void requestsKeepTheirConnectionsAndNewOnesGet503() throws Exception {
        CountDownLatch arrived = hang(MOST);
        for (int i = 0; i < MOST; i++) {
            connect().send(REQUEST);
        }
        arrived.await();

        for (int i = 0; i < 20; i++) {
            RawCaller.Reply reply = connect().send(REQUEST).reply();
            assertEquals(503, reply.status());
            assertEquals(List.of("1"), reply.values("retry-after"));
            assertEquals(List.of("close"), reply.values("connection"));
        }
        assertMetric(MOST);
        mayRespond.countDown();
        for (RawCaller busy : open.subList(0, MOST)) {
            assertEquals("ok", busy.reply().text());
        }
        assertEquals("ok", connect().send(REQUEST).reply().text());
    }

    @Test
    void thoseThatCloseMakeRoomAndAreNotCounted() throws IOException {
        for (int i = 0; i < 3 * MOST; i++) {
            try (RawCaller caller = proxy.caller()) {
                assertEquals("ok", caller.send(REQUEST).reply().text());
            }
        }
        Awaitility.await().untilAsserted(() -> assertMetric(0));
    }

    private void assertMetric(int connections) throws IOException {
        try (RawCaller manager = proxy.manager()) {
            String metrics = manager.send("GET /q/metrics HTTP/1.1\r\nhost: proxy\r\n\r\n")
                    .reply()
                    .text();
            assertTrue(metrics.contains("tailnet_proxy_client_connections " + connections + ".0"), metrics);
        }
    }
}
