package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
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
        proxy = TestProxy.options().maxClientConnections(MAX).listen();
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
    void idleConnectionIsEvicted(String sent) throws Exception {
        for (int i = 0; i < MAX; i++) {
            RawClient idle = connect().send(sent);
            if (sent.equals(REQUEST)) {
                assertThat(idle.response().text()).isEqualTo("ok");
            }
        }

        assertThat(connect().send(REQUEST).response().text()).isEqualTo("ok");
        assertThat(open.get(0).readRemaining())
                .as("the one that was idle for the longest time")
                .isEqualTo("");
        assertThat(open.get(MAX - 1)
                        .send(sent.equals(REQUEST) ? REQUEST : readRemaining(sent))
                        .response()
                        .text())
                .isEqualTo("ok");
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

        assertThat(connect("127.0.0.1").send(REQUEST).response().status()).isEqualTo(503);
        RawClient other = connect("127.0.0.2").send(REQUEST);
        mayRespond.countDown();
        assertThat(other.response().text()).isEqualTo("ok");
    }

    @Test
    void idleOnesMakeRoomForTheirOwnAddressFirst() throws Exception {
        RawClient eldest = connect("127.0.0.2").send(REQUEST);
        assertThat(eldest.response().text()).isEqualTo("ok");
        for (int i = 0; i < 3 * MAX; i++) {
            assertThat(connect("127.0.0.1").send(REQUEST).response().text()).isEqualTo("ok");
        }

        assertThat(eldest.send(REQUEST).response().text()).isEqualTo("ok");
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
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.values("retry-after")).isEqualTo(List.of("1"));
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
        }
        assertMetric(MAX);
        mayRespond.countDown();
        for (RawClient busy : open.subList(0, MAX)) {
            assertThat(busy.response().text()).isEqualTo("ok");
        }
        assertThat(connect().send(REQUEST).response().text()).isEqualTo("ok");
    }

    @Test
    void closedConnectionsAreNotCounted() throws Exception {
        for (int i = 0; i < 3 * MAX; i++) {
            try (RawClient client = proxy.client()) {
                assertThat(client.send(REQUEST).response().text()).isEqualTo("ok");
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
            assertThat(metrics.contains("tailnet_proxy_client_connections " + connections + ".0"))
                    .as(metrics)
                    .isTrue();
        }
    }
}
