package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestProxy.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The ports of services have one drain and one number of connections with the main port. */
class ServicePortLimitsTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: orders\r\n\r\n";

    @Test
    void drainWaitsForRequestsOfServices() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        TestServer shortTimeout = TestProxy.options()
                .drainTimeout(Duration.ofMillis(1))
                .services("1=http://" + PEER)
                .listen();
        shortTimeout.target().responds((request, out) -> {
            arrived.countDown();
            return true;
        });
        try (shortTimeout;
                CapturedLog log = CapturedLog.of(ProxyServer.class.getName());
                RawClient client = shortTimeout.serviceClient(0)) {
            client.send(REQUEST);
            arrived.await();
            TestServer.await(shortTimeout.server().drain());

            assertThat(log.warnings())
                    .isEqualTo(List.of("1 requests are still in flight after 1 ms, and end with the process"));
        }
    }

    @Test
    void responseDuringDrainEndsItsConnection() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch mayRespond = new CountDownLatch(1);
        TestServer proxy = TestProxy.options().services("1=http://" + PEER).listen();
        proxy.target().responds((request, out) -> {
            arrived.countDown();
            mayRespond.await();
            return RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .write(request, out);
        });
        try (proxy;
                RawClient client = proxy.serviceClient(0).send(REQUEST)) {
            arrived.await();
            Future<Void> drained = proxy.server().drain();
            mayRespond.countDown();

            RawClient.ReceivedResponse response = client.response();
            assertThat(response.text()).isEqualTo("ok");
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            TestServer.await(drained);
        }
    }

    @Test
    void connectionsOfAllPortsHaveOneLimit() throws Exception {
        try (TestServer limited = TestProxy.options()
                        .maxClientConnections(1)
                        .services("1=http://" + PEER)
                        .listen();
                RawClient first = limited.serviceClient(0)) {
            await().until(() -> limited.server().connections() == 1);
            try (RawClient second = limited.client()) {
                assertThat(second.send("GET / HTTP/1.1\r\n" + TestServer.TARGET + "\r\n")
                                .response()
                                .text())
                        .isEqualTo("ok");
            }

            assertThat(first.readRemaining()).as("it made room").isEmpty();
        }
    }
}
