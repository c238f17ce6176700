package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A WebSocket client and a WebSocket server that know nothing of the proxy, with TLS and without. */
class WebSocketTest {

    private static ServerCertificate certificate;
    private static Path targetCertificate;

    private final Vertx vertx = Vertx.vertx();
    private TestServer proxy;
    private WebSocketClient client;

    @BeforeAll
    static void certify(@TempDir Path dir) throws Exception {
        certificate = ServerCertificate.in(dir);
        targetCertificate = certificate.certificates().issue("target", "web.test", "-1d");
    }

    @BeforeEach
    void start() {
        start(false, false);
    }

    private void restart(boolean clientTls, boolean targetTls) {
        proxy.close();
        start(clientTls, targetTls);
    }

    @AfterEach
    void stop() {
        proxy.close();
        TestServer.await(vertx.close());
    }

    private void start(boolean clientTls, boolean targetTls) {
        proxy = (clientTls ? certificate.options() : TestProxy.options())
                .insecure(TestProxy.PEER + ":443")
                .listen();
        proxy.harness().socks().route(TestProxy.PEER, 443, target(targetTls));
        client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setSsl(clientTls)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setTryUsePerMessageCompression(true));
    }

    /** It speaks HTTP/2 with whoever offers that, and no WebSocket there. */
    private int target(boolean tls) {
        HttpServerOptions options = new HttpServerOptions().setWebSocketSubProtocols(List.of("echo.v1"));
        if (tls) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(new PfxOptions()
                            .setPath(targetCertificate.toString())
                            .setPassword(TestCertificates.PASSWORD));
        }
        return TestServer.await(vertx.createHttpServer(options)
                        .webSocketHandshakeHandler(handshake -> {
                            if (handshake.path().equals("/closed")) {
                                handshake.reject(403);
                            } else {
                                handshake.accept();
                            }
                        })
                        .webSocketHandler(WebSocketTest::echo)
                        .requestHandler(request -> request.response().end("no WebSocket"))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private static void echo(ServerWebSocket socket) {
        socket.textMessageHandler(text -> {
            if (text.equals("bye")) {
                socket.close((short) 4001, "as you say");
            } else {
                socket.writeTextMessage(text);
            }
        });
    }

    private WebSocket connect(String path, boolean targetTls) {
        return TestServer.await(client.connect(options(path, targetTls)));
    }

    private WebSocketConnectOptions options(String path, boolean targetTls) {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(proxy.server().port())
                .setURI(path)
                .setSubProtocols(List.of("other", "echo.v1"))
                .putHeader("ts-target-ip", TestProxy.PEER)
                .putHeader("ts-target-port", "443")
                .putHeader("ts-https", Boolean.toString(targetTls));
    }

    private static String send(WebSocket socket, String text) throws Exception {
        Promise<String> received = Promise.promise();
        socket.textMessageHandler(received::tryComplete);
        TestServer.await(socket.writeTextMessage(text));
        return received.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void messagesGoBothWaysUntilTheClosingHandshake(boolean clientTls, boolean targetTls) throws Exception {
        restart(clientTls, targetTls);
        WebSocket socket = connect("/", targetTls);
        Promise<Void> closed = Promise.promise();
        socket.closeHandler(closed::complete);
        assertThat(socket.subProtocol()).isEqualTo("echo.v1");
        assertThat(send(socket, "hello")).isEqualTo("hello");
        String large = "0123456789".repeat(6000);
        assertThat(send(socket, large)).isEqualTo(large);
        TestServer.await(socket.writeTextMessage("bye"));
        TestServer.await(closed.future());
        assertThat(socket.closeStatusCode()).isEqualTo((short) 4001);
        assertThat(socket.closeReason()).isEqualTo("as you say");
    }

    @Test
    void refusalOfTheServerReachesTheClient() throws Exception {
        try {
            client.connect(options("/closed", false))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).cause().isInstanceOfSatisfying(UpgradeRejectedException.class, refused -> assertThat(
                            refused.getStatus())
                    .isEqualTo(403));
            return;
        }
        throw new AssertionError("it was not refused");
    }

    /** Requests of others still speak HTTP/2 with the target. */
    @Test
    void otherRequestsKeepTheirVersion() throws Exception {
        restart(false, true);
        WebSocket socket = connect("/", true);
        HttpClientResponse response = TestServer.await(vertx.createHttpClient()
                .request(HttpMethod.GET, proxy.server().port(), "127.0.0.1", "/")
                .compose(request -> request.putHeader("ts-target-ip", TestProxy.PEER)
                        .putHeader("ts-target-port", "443")
                        .send()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(send(socket, "still")).isEqualTo("still");
    }
}
