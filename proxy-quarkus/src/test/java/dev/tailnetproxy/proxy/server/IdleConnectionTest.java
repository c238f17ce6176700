package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection without a request is not kept for ever; one with a request is not idle. */
class IdleConnectionTest {

    private static final String TARGET =
            "host: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n";
    private static final String REQUEST = "GET / HTTP/1.1\r\n" + TARGET + "\r\n";

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch mayRespond = new CountDownLatch(1);
    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestProxy.options().idleTimeout(Duration.ofSeconds(1)).listen();
    }

    @AfterEach
    void stop() {
        mayRespond.countDown();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "GET / HT", "GET / HTTP/1.1\r\nhost: proxy\r\n"})
    void idleConnectionClosesBeforeFirstRequest(String sent) throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(client.send(sent).readRemaining()).isEmpty();
        }
    }

    @Test
    void idleManagementConnectionCloses() throws Exception {
        try (RawClient managementClient = proxy.managementClient()) {
            assertThat(managementClient.readRemaining()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "GET / HT"})
    void idleConnectionClosesAfterResponse(String sent) throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(client.send(REQUEST).response().text()).isEqualTo("ok");
            assertThat(client.send(REQUEST).response().text()).isEqualTo("ok");

            assertThat(client.send(sent).readRemaining()).isEmpty();
        }
    }

    @Test
    void connectionIsKeptWhileTargetWorks() throws Exception {
        respondsLater();
        try (RawClient client = proxy.client()) {
            client.send(REQUEST);
            arrived.await();
            anIdleConnectionEnds();
            mayRespond.countDown();

            assertThat(client.response().text()).isEqualTo("ok");
            assertThat(client.send(REQUEST).response().text()).isEqualTo("ok");
        }
    }

    @Test
    void connectionIsKeptWhilePipelinedRequestIsServed() throws Exception {
        respondsLater();
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nhost: proxy\r\n\r\n" + REQUEST);
            assertThat(client.response().outcome()).isEqualTo("MissingTarget");
            arrived.await();
            anIdleConnectionEnds();
            mayRespond.countDown();

            assertThat(client.response().text()).isEqualTo("ok");
        }
    }

    @Test
    void connectionIsKeptDuringBody() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 3\r\n\r\na");
            anIdleConnectionEnds();

            assertThat(client.send("bc").response().text()).isEqualTo("ok");
        }
        assertThat(proxy.target().last().body().toString()).isEqualTo("abc");
    }

    private void respondsLater() {
        proxy.target().responds((request, out) -> {
            arrived.countDown();
            mayRespond.await();
            return RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .write(request, out);
        });
    }

    /** Which takes as long as the others may be idle. */
    private void anIdleConnectionEnds() throws IOException {
        try (RawClient idle = proxy.client()) {
            assertThat(idle.readRemaining()).isEmpty();
        }
    }
}
