package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.UpgradeFixture.HANDSHAKE;
import static dev.tailnetproxy.proxy.server.UpgradeFixture.switchProtocols;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.SocketTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestProxyOptions;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time and the places of connections that speak another protocol. */
class UpgradeLimitsTest {

    private UpgradeFixture fixture;

    @BeforeEach
    void start() {
        fixture = UpgradeFixture.start(TestProxy.options());
    }

    private void restart(TestProxyOptions options) {
        fixture.close();
        fixture = UpgradeFixture.start(options);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void silenceEndsBothConnections() throws Exception {
        restart(TestProxy.options().upgradeIdleTimeout(Duration.ofMillis(300)));
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            assertThat(client.readRemaining()).isEmpty();
            assertThat(connection.isAtEnd()).isTrue();
        }
        assertThat(fixture.onlyLine()).containsEntry("reason", "no byte came or went for the idle timeout");
        fixture.assertNothingIsLeft();
    }

    /** A reader that does not read stops its writer; the silence that follows ends them, and nothing piles up. */
    @Test
    void unreadBytesEndBothConnections() throws Exception {
        restart(TestProxy.options().upgradeIdleTimeout(Duration.ofMillis(500)));
        try (RawClient client = RawClient.withSmallBuffer(
                                fixture.proxy().server().port())
                        .send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            assertThat(writesUntilTheEnd(connection)).isLessThan(64L * 1024 * 1024);
        }
        assertThat(fixture.onlyLine()).containsEntry("reason", "no byte came or went for the idle timeout");
        fixture.assertNothingIsLeft();
    }

    private static long writesUntilTheEnd(SocketTarget.Connection connection) {
        String piece = "x".repeat(64 * 1024);
        long written = 0;
        try {
            while (written < 128L * 1024 * 1024) {
                connection.send(piece);
                written += piece.length();
            }
        } catch (IOException ended) {
            return written;
        }
        return written;
    }

    /** The request's deadline is over with the 101. */
    @Test
    void bytesOutliveTheRequestsTime() throws Exception {
        restart(TestProxy.options().requestTimeout(Duration.ofMillis(400)).upgradeIdleTimeout(Duration.ofSeconds(30)));
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            try (RawClient other = fixture.proxy().client().send("GET / HTTP/1.1\r\n" + TestServer.TARGET + "\r\n")) {
                assertThat(other.response().outcome()).isEqualTo("Timeout");
            }
            client.send("still");
            assertThat(connection.read(5)).isEqualTo("still");
        }
    }

    /** A target that does not respond to the handshake uses up the request's time. */
    @Test
    void handshakeHasTheRequestsTime() throws Exception {
        restart(TestProxy.options().requestTimeout(Duration.ofMillis(300)));
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            assertThat(client.response().outcome()).isEqualTo("Timeout");
            assertThat(client.readRemaining()).isEmpty();
            assertThat(connection.isAtEnd()).isTrue();
        }
    }

    @Test
    void stoppingEndsThemAndBeginsNone() throws Exception {
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            Future<Void> drained = fixture.proxy().server().drain();
            try (RawClient late = fixture.proxy().client().send(HANDSHAKE)) {
                assertThat(late.response().outcome()).isEqualTo("Overloaded");
            }
            assertThat(client.readRemaining()).isEmpty();
            assertThat(connection.isAtEnd()).isTrue();
            TestServer.await(drained);
        }
        await().until(() -> fixture.lines().size() == 2);
        assertThat(fixture.lines().get(1)).containsEntry("status", "101").containsEntry("reason", "the proxy stops");
    }

    @Test
    void metricsCountThemWhileTheyAreOpen() throws Exception {
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            assertThat(scrape())
                    .contains("tailnet_proxy_upgraded_connections 1.0", "tailnet_proxy_client_connections 1.0");
        }
        fixture.assertNothingIsLeft();
        // A scrape is kept for a moment.
        await().untilAsserted(() -> assertThat(scrape())
                .contains("tailnet_proxy_upgraded_connections 0.0", "error=\"none\",status=\"101\""));
    }

    private String scrape() throws IOException {
        try (RawClient client = fixture.proxy()
                .managementClient()
                .send("GET /q/metrics HTTP/1.1\r\nhost: proxy\r\nconnection: close\r\n\r\n")) {
            return client.response().text();
        }
    }

    /** One that speaks another protocol has its place as long as it lasts. */
    @Test
    void connectionsToTheTargetStayLimited() throws Exception {
        restart(TestProxy.options().maxConnections(1).requestTimeout(Duration.ofMillis(500)));
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            try (RawClient other = fixture.proxy().client().send(HANDSHAKE)) {
                assertThat(other.response().outcome()).isEqualTo("Timeout");
            }
            assertThat(fixture.target().hasMore()).isFalse();
        }
    }
}
