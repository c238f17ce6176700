package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.SocketTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket and other protocols through the HTTP port (RFC 9110 section 7.8, RFC 6455 section 4). */
class UpgradeTest {

    private static final String HANDSHAKE = "GET /chat?room=1 HTTP/1.1\r\n" + TestServer.TARGET
            + "connection: Upgrade\r\nupgrade: websocket\r\norigin: https://app.test\r\n"
            + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
            + "sec-websocket-protocol: chat, superchat\r\n"
            + "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n\r\n";

    private static final String SWITCHING = String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "Sec-WebSocket-Protocol: chat",
            "Sec-WebSocket-Extensions: permessage-deflate",
            "ts-error-name: Forged",
            "",
            "");

    private final TestServer proxy = TestProxy.options().listen();
    private final SocketTarget target = new SocketTarget();

    @BeforeEach
    void route() {
        proxy.harness().socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private static String read(RawClient client, int length) throws IOException {
        return new String(client.readFully(length), StandardCharsets.ISO_8859_1);
    }

    private static List<String> lowerNames(List<String> lines) {
        return lines.stream()
                .map(line -> line.contains(":")
                        ? line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)
                                + line.substring(line.indexOf(':'))
                        : line)
                .collect(Collectors.toList());
    }

    @Test
    void handshakePassesUntouched() throws Exception {
        try (RawClient client = proxy.client().send(HANDSHAKE);
                SocketTarget.Connection connection = target.next()) {
            assertThat(connection.section().startLine()).isEqualTo("GET /chat?room=1 HTTP/1.1");
            assertThat(lowerNames(connection.section().lines()))
                    .contains(
                            "connection: upgrade",
                            "upgrade: websocket",
                            "origin: https://app.test",
                            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                            "sec-websocket-version: 13",
                            "sec-websocket-protocol: chat, superchat",
                            "sec-websocket-extensions: permessage-deflate; client_max_window_bits");
            connection.send(SWITCHING);

            assertThat(lowerNames(client.headerSection()))
                    .containsExactlyInAnyOrder(
                            "HTTP/1.1 101 Switching Protocols",
                            "connection: upgrade",
                            "upgrade: websocket",
                            "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                            "sec-websocket-protocol: chat",
                            "sec-websocket-extensions: permessage-deflate");
        }
    }

    @Test
    void bytesGoBothWays() throws Exception {
        try (RawClient client = proxy.client().send(HANDSHAKE);
                SocketTarget.Connection connection = target.next().send(SWITCHING + "first")) {
            client.headerSection();
            assertThat(read(client, 5)).isEqualTo("first");
            for (int i = 0; i < 20; i++) {
                client.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(connection.read(18)).isEqualTo("GET / HTTP/1.1\r\n\r\n");
                connection.send("HTTP/1.1 200 OK\r\n\r\n");
                assertThat(read(client, 19)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
            }
            assertThat(proxy.server().upgradedConnections()).isOne();
        }
    }

    /** All of it, though each side sends everything before it reads. */
    @Test
    void muchComesThroughBothWaysAtOnce() throws Exception {
        String much = "0123456789abcdef".repeat(256 * 1024);
        try (RawClient client = proxy.client().send(HANDSHAKE);
                SocketTarget.Connection connection = target.next().send(SWITCHING)) {
            client.headerSection();
            Thread up = new Thread(() -> quietly(() -> client.send(much)));
            Thread down = new Thread(() -> quietly(() -> connection.send(much)));
            up.start();
            down.start();
            assertThat(connection.read(much.length()).equals(much)).isTrue();
            assertThat(read(client, much.length()).equals(much)).isTrue();
            up.join();
            down.join();
        }
    }

    private interface Io {
        void run() throws IOException;
    }

    private static void quietly(Io action) {
        try {
            action.run();
        } catch (IOException e) {
            // The reader sees what is missing.
        }
    }

    /** A client has to wait for the 101; one that does not has its bytes delivered in order, or never read. */
    @Test
    void bytesBehindTheHandshakeFollowTheSwitch() throws Exception {
        try (RawClient client = proxy.client().send(HANDSHAKE + "early");
                SocketTarget.Connection connection = target.next().send(SWITCHING)) {
            client.headerSection();
            client.send(" late");
            assertThat(connection.read(10)).isEqualTo("early late");
        }
    }

    /** The target does not switch, and what the client takes for bytes of the protocol is never taken for a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK|content-length: 2||ok",
                "426 Upgrade Required|upgrade: websocket|connection: upgrade|content-length: 2||ok",
                "200 OK|connection: upgrade|upgrade: websocket|transfer-encoding: chunked||2|ok|0||",
                "100 Continue||HTTP/1.1 403 Forbidden|content-length: 2||ok",
                "199 X|connection: upgrade|upgrade: websocket||HTTP/1.1 200 OK|content-length: 2||ok",
            })
    void otherResponseIsAnOrdinaryOne(String response) throws Exception {
        String smuggled = "GET /smuggled HTTP/1.1\r\n" + TestServer.TARGET + "\r\n";
        try (RawClient client = proxy.client().send(HANDSHAKE + smuggled);
                SocketTarget.Connection connection = target.next().send("HTTP/1.1 " + response.replace("|", "\r\n"))) {
            RawClient.ReceivedResponse received = client.response();
            assertThat(received.text()).isEqualTo("ok");
            assertThat(received.values("connection")).containsExactly("close");
            assertThat(received.values("upgrade")).isEmpty();
            client.send(smuggled);
            client.endOutput();
            assertThat(client.readRemaining()).isEmpty();
            assertThat(connection.isAtEnd()).isTrue();
            assertThat(target.hasMore()).isFalse();
        }
    }

    /** What is no switch to what was offered ends both connections, and nothing of it is a protocol. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 X\r\n\r\n",
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\n\r\n",
                "HTTP/1.1 101 X\r\nupgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n",
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\ntransfer-encoding: chunked\r\n\r\n",
                "HTTP/1.0 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\na\0b: c\r\n\r\n",
            })
    void invalidSwitchIsRefused(String response) throws Exception {
        try (RawClient client = proxy.client().send(HANDSHAKE);
                SocketTarget.Connection connection = target.next().send(response + "bytes")) {
            assertThat(client.response().outcome()).isEqualTo("InvalidResponse");
            assertThat(client.readRemaining()).isEmpty();
            assertThat(connection.isAtEnd()).isTrue();
        }
    }

    /** What the fields of a request offer, and what of it the target gets. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET / HTTP/1.1; connection: upgrade|upgrade: example/1; example/1",
                "POST / HTTP/1.1; connection: upgrade|upgrade: SPDY/3.1|content-length: 0; SPDY/3.1",
                "GET / HTTP/1.1; connection: keep-alive, upgrade|upgrade: h2c, websocket; websocket",
                "GET / HTTP/1.1; connection: upgrade, http2-settings|upgrade: h2c|http2-settings: AAMAAABk; ''",
                "GET / HTTP/1.1; connection: upgrade|upgrade: TLS/1.0; ''",
                "GET / HTTP/1.1; connection: upgrade; ''",
                "GET / HTTP/1.1; upgrade: websocket; ''",
                "GET / HTTP/1.0; connection: upgrade|upgrade: websocket; ''",
                "POST / HTTP/1.1; connection: upgrade|upgrade: websocket|content-length: 2; ''",
                "POST / HTTP/1.1; connection: upgrade|upgrade: websocket|transfer-encoding: chunked; ''",
            })
    void targetGetsWhatIsOffered(String requestLine, String lines, String offered) throws Exception {
        String body = lines.contains("chunked") ? "2\r\nab\r\n0\r\n\r\n" : lines.contains(": 2") ? "ab" : "";
        String request = requestLine + "\r\n" + TestServer.TARGET + lines.replace("|", "\r\n") + "\r\n\r\n" + body;
        try (RawClient client = proxy.client().send(request);
                SocketTarget.Connection connection = target.next()) {
            assertThat(String.join(",", connection.values("upgrade"))).isEqualTo(offered);
            assertThat(connection.values("http2-settings")).isEmpty();
            assertThat(String.join(",", connection.values("connection"))).isEqualTo(offered.isEmpty() ? "" : "upgrade");
            connection.send("HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: " + offered + "\r\n\r\n");
            if (offered.isEmpty()) {
                assertThat(client.response().outcome()).isEqualTo("InvalidResponse");
            } else {
                assertThat(client.headerSection().get(0)).isEqualTo("HTTP/1.1 101 Switching Protocols");
            }
        }
    }

    static Stream<String> refusedRequests() {
        return Stream.of(
                HANDSHAKE.replace(TestProxy.PEER, "127.0.0.1"),
                HANDSHAKE.replace("ts-target-port: 80\r\n", ""),
                HANDSHAKE.replace("GET", "CONNECT"),
                HANDSHAKE.replace("sec-websocket-version:", "sec websocket version:"),
                HANDSHAKE.replace("/chat", "chat"));
    }

    /** An offer changes nothing of what a request has to be. */
    @ParameterizedTest
    @MethodSource("refusedRequests")
    void requestIsCheckedAsAnyOther(String request) throws Exception {
        try (RawClient client = proxy.client().send(request + "GET / HTTP/1.1\r\n" + TestServer.TARGET + "\r\n")) {
            assertThat(client.response().status()).isBetween(400, 499);
            client.endOutput();
            assertThat(client.readRemaining()).isEmpty();
            assertThat(target.hasMore()).isFalse();
        }
    }

    /** The responses before it come first, and what stands behind it is no request. */
    @Test
    void handshakeBehindAnotherRequestSwitches() throws Exception {
        String first = "GET /first HTTP/1.1\r\n" + TestServer.TARGET + "\r\n";
        try (RawClient client = proxy.client().send(first + HANDSHAKE + first);
                SocketTarget.Connection ordinary = target.next().send("HTTP/1.1 204 No Content\r\n\r\n")) {
            assertThat(client.response().status()).isEqualTo(204);
            try (SocketTarget.Connection connection = target.next().send(SWITCHING)) {
                assertThat(client.headerSection().get(0)).contains("101");
                assertThat(connection.read(first.length())).isEqualTo(first);
                assertThat(ordinary.section().startLine()).contains("/first");
            }
        }
    }
}
