package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that cost the client little and ask for nothing: too many of them end the connection, and no other. */
class Http2FloodTest {

    private static ServerCertificate certificate;

    private final Vertx vertx = Vertx.vertx();
    private TestServer proxy;

    @BeforeAll
    static void certify(@TempDir Path dir) throws Exception {
        certificate = ServerCertificate.in(dir);
    }

    @AfterEach
    void stop() {
        TestServer.await(vertx.close());
    }

    @BeforeEach
    void listen() {
        proxy = certificate.options().listen();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private RawHttp2Client connect() {
        return new RawHttp2Client(vertx, proxy.server().port());
    }

    /** Type, flags, whether on a stream that is open (0: on the connection), content. */
    static Stream<Arguments> floods() {
        return Stream.of(
                flood("PING", 6, 0, false, 0, 0, 0, 0, 0, 0, 0, 0),
                flood("PING that is an ACK", 6, 1, false, 0, 0, 0, 0, 0, 0, 0, 0),
                flood("SETTINGS", 4, 0, false),
                flood("SETTINGS that change something", 4, 0, false, 0, 4, 0, 0, 0x7f, 0),
                flood("WINDOW_UPDATE of the connection", 8, 0, false, 0, 0, 0, 1),
                flood("WINDOW_UPDATE of a stream", 8, 0, true, 0, 0, 0, 1),
                flood("PRIORITY", 2, 0, true, 0, 0, 0, 0, 16),
                flood("unknown frames", 0xee, 0, true, 0),
                flood("empty DATA", 0, 0, true),
                flood("DATA of padding", 0, 8, true, 0));
    }

    private static Arguments flood(String name, int type, int flags, boolean onStream, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return Arguments.of(name, type, flags, onStream, bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void endsTheConnectionAndNoOther(String name, int type, int flags, boolean onStream, byte[] content)
            throws Exception {
        RawHttp2Client other = connect();
        RawHttp2Client flood = connect();
        int stream = onStream ? flood.send(RawHttp2Client.headers().method("PUT"), false) : 0;
        flood.frames(20_000, type, flags, stream, content);

        assertThat(endOfConnection(flood)).isEqualTo("goaway 11");
        assertThat(flood.awaitClose()).isTrue();
        other.send(RawHttp2Client.headers(), true);
        assertThat(other.end()).isEqualTo("200");
    }

    private static String endOfConnection(RawHttp2Client client) throws Exception {
        String end = client.end();
        while (!end.startsWith("goaway")) {
            end = client.end();
        }
        return end.replaceAll(" behind .*", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100})
    void aHeaderSectionInManyPiecesEndsTheConnection(int bytes) throws Exception {
        RawHttp2Client other = connect();
        RawHttp2Client flood = connect();
        flood.frame(1, 0, 1, (byte) 0x82);
        flood.frames(20_000, 9, 0, 1, fields(bytes));

        assertThat(endOfConnection(flood)).isEqualTo("goaway 11");
        assertThat(flood.awaitClose()).isTrue();
        other.send(RawHttp2Client.headers(), true);
        assertThat(other.end()).isEqualTo("200");
        assertThat(proxy.target().received()).hasSize(1);
    }

    /** Indexed fields of the static table, one a byte. */
    private static byte[] fields(int bytes) {
        byte[] fields = new byte[bytes];
        Arrays.fill(fields, (byte) 0x90);
        return fields;
    }

    /** As libraries send them that measure the way or grant windows while a response comes. */
    @Test
    void whatGoesWithALargeResponseIsNone() throws Exception {
        int length = 20_000_000;
        proxy.target().responds((request, out) -> {
            out.write(
                    ("HTTP/1.1 200 OK\r\ncontent-length: " + length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[length]);
            return true;
        });
        RawHttp2Client client = connect();
        int id = client.send(RawHttp2Client.headers(), true);
        assertThat(client.end()).isEqualTo("200");
        for (int i = 1; i <= 20; i++) {
            int part = length / 20 * i;
            Awaitility.await()
                    .untilAsserted(() -> assertThat(client.received(id) >= part).isTrue());
            client.frames(100, 6, 0, 0, new byte[8]);
            client.frames(100, 8, 0, 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
        }
        client.send(RawHttp2Client.headers("ts-health", "true"), true);
        assertThat(client.end()).matches("\\d{3}.*");
    }

    @Test
    void aFewAreNone() throws Exception {
        RawHttp2Client client = connect();
        client.frames(100, 6, 0, 0, new byte[8]);
        client.frames(100, 4, 0, 0);
        client.frames(100, 2, 0, 1, new byte[] {0, 0, 0, 0, 16});
        client.send(RawHttp2Client.headers(), true);
        assertThat(client.end()).isEqualTo("200");
    }

    @Test
    void resetsEndTheConnectionAndNoOther() throws Exception {
        RawHttp2Client other = connect();
        RawHttp2Client flood = connect();
        for (int i = 0; i < 300; i++) {
            flood.reset(flood.send(RawHttp2Client.headers(), true));
        }

        assertThat(endOfConnection(flood)).isEqualTo("goaway 11");
        assertThat(flood.awaitClose()).isTrue();
        other.send(RawHttp2Client.headers(), true);
        assertThat(other.end()).isEqualTo("200");
    }

    /** Those that the proxy has to send are as dear as those that it gets. */
    @Test
    void requestsThatAreResetEndTheConnectionAndNoOther() throws Exception {
        RawHttp2Client other = connect();
        RawHttp2Client flood = connect();
        for (int i = 0; i < 300; i++) {
            flood.send(RawHttp2Client.headers("connection", "close"), true);
        }

        assertThat(endOfConnection(flood)).isEqualTo("goaway 11");
        assertThat(flood.awaitClose()).isTrue();
        other.send(RawHttp2Client.headers(), true);
        assertThat(other.end()).isEqualTo("200");
    }
}
