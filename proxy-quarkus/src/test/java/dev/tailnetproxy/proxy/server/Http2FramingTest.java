package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/2 that are none, or that could be taken for others when they are sent on as HTTP/1.1. */
class Http2FramingTest {

    private static final String MALFORMED = "reset 1";
    private static final String INVALID_HEADER = "400 InvalidHeader";
    private static final String INVALID_TARGET = "400 InvalidTarget";

    private static final Vertx VERTX = Vertx.vertx();

    private static TestServer proxy;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        proxy = ServerCertificate.in(dir).options().listen();
    }

    @AfterAll
    static void stop() {
        proxy.close();
        TestServer.await(VERTX.close());
    }

    @BeforeEach
    void forget() {
        proxy.resetTarget();
    }

    private static RawHttp2Client client() {
        return new RawHttp2Client(VERTX, proxy.server().port());
    }

    private static Arguments with(String expected, String... namesAndValues) {
        return Arguments.of(expected, RawHttp2Client.headers(namesAndValues));
    }

    private static Arguments changed(String expected, Consumer<Http2Headers> change) {
        Http2Headers headers = RawHttp2Client.headers();
        change.accept(headers);
        return Arguments.of(expected, headers);
    }

    static Stream<Arguments> refused() {
        Http2Headers connect = new DefaultHttp2Headers(false);
        connect.method("CONNECT").authority("proxy:80");
        connect.add("ts-target-ip", TestProxy.PEER).add("ts-target-port", "80");
        return Stream.of(
                with(MALFORMED, "connection", "close"),
                with(MALFORMED, "keep-alive", "timeout=5"),
                with(MALFORMED, "proxy-connection", "keep-alive"),
                with(MALFORMED, "upgrade", "h2c"),
                with(MALFORMED, "transfer-encoding", "chunked"),
                with(MALFORMED, "te", "gzip"),
                with(MALFORMED, "X-Upper", "a"),
                with(MALFORMED, ":protocol", "websocket"),
                with(MALFORMED, ":unknown", "a"),
                with(MALFORMED, ":path", "/second"),
                with(MALFORMED, "host", "another"),
                with(MALFORMED, "host", "proxy", "host", "proxy"),
                with(MALFORMED, "content-length", "5"),
                with(INVALID_HEADER, "x-a", "b\r\nx-c: d"),
                with(INVALID_HEADER, "x-a: b\r\nx-c", "d"),
                with(INVALID_HEADER, "ts_target_ip", "a"),
                changed(MALFORMED, headers -> headers.remove(":path")),
                changed(MALFORMED, headers -> headers.remove(":scheme")),
                changed(MALFORMED, headers -> headers.remove(":method")),
                changed(MALFORMED, headers -> headers.scheme("ftp")),
                changed(MALFORMED, headers -> headers.path("")),
                changed(INVALID_HEADER, headers -> headers.remove(":authority")),
                changed(INVALID_TARGET, headers -> headers.path("*")),
                changed(INVALID_TARGET, headers -> headers.path("a")),
                changed(INVALID_TARGET, headers -> headers.path("https://proxy/")),
                changed(INVALID_TARGET, headers -> headers.path("/ HTTP/1.1\r\nx-a: b")),
                changed(INVALID_HEADER, headers -> headers.method("GET / HTTP/1.1\r\nx-a: b\r\n\r\nGET")),
                Arguments.of(INVALID_HEADER, connect));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void malformedRequestsAreRejectedOnTheirStream(String expected, Http2Headers headers) throws Exception {
        RawHttp2Client client = client();
        client.send(headers, true);

        String end = client.end();
        // What Netty refuses is reset; what the proxy refuses has a name.
        assertThat(end.equals(expected) || end.equals(MALFORMED)).as(end).isTrue();
        client.send(RawHttp2Client.headers(), true);
        assertThat(client.end()).isEqualTo("200");
        assertThat(proxy.target().received()).hasSize(1);
    }

    @Test
    void splitFieldsAreJoined() throws Exception {
        RawHttp2Client client = client();
        client.send(RawHttp2Client.headers("cookie", "a=1", "cookie", "b=2", "te", "trailers", "host", "proxy"), true);

        assertThat(client.end()).isEqualTo("200");
        assertThat(proxy.target().last().values("cookie")).isEqualTo(List.of("a=1; b=2"));
        assertThat(proxy.target().last().values("te")).isEmpty();
        assertThat(proxy.target().last().values("host")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource
    void bodyLengthMismatchIsRejected(String length, String first, String second, boolean trailers) throws Exception {
        RawHttp2Client client = client();
        int id = client.send(RawHttp2Client.headers("content-length", length).method("PUT"), false);
        client.data(id, first, false);
        if (trailers) {
            client.trailers(id, "x-a", "b");
        } else {
            client.data(id, second, true);
        }

        assertThat(client.end()).isEqualTo(MALFORMED);
        assertThat(proxy.target().received()).hasSize(0);
    }

    static Stream<Arguments> bodyLengthMismatchIsRejected() {
        return Stream.of(
                Arguments.of("5", "ab", "c", false),
                Arguments.of("5", "ab", "cdef", false),
                Arguments.of("0", "a", "", false),
                Arguments.of("5", "ab", "", true));
    }

    @Test
    void oversizedHeaderSectionIsRejected() throws Exception {
        RawHttp2Client client = client();
        client.send(RawHttp2Client.headers("x-a", "a".repeat(70 * 1024)), true);
        assertThat(client.end()).isEqualTo(INVALID_HEADER);
        assertThat(proxy.target().received()).hasSize(0);
    }

    /** It goes to the target while it comes. What does not come with a length is no whole request without its last chunk. */
    @ParameterizedTest
    @CsvSource({
        "100000, 99999, 0, end",
        "100000, 99999, 0, trailers",
        "100000, 99999, 2, end",
        "100000, 100000, 1, end",
        "100000, 100000, 1, ",
        "100000, 100000, 1, trailers",
        "100000, 70000, 0, reset",
        "100000, 100000, 0, reset",
        ", 100000, 0, reset",
    })
    void aLongBodyOfAnotherLengthDoesNotGoOnWhole(String length, int first, int second, String end) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        proxy.target().begins(started::countDown);
        RawHttp2Client client = client();
        Http2Headers headers =
                length == null ? RawHttp2Client.headers() : RawHttp2Client.headers("content-length", length);
        int id = client.send(headers.method("PUT"), false);
        client.data(id, "x".repeat(first), false);
        client.awaitSent(id);
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        // All that may go on has gone on when the response to another request is here.
        client.send(RawHttp2Client.headers("ts-health", "true"), true);
        assertThat(client.end()).isNotEqualTo("");
        if (second > 0) {
            client.data(id, "y".repeat(second), "end".equals(end));
        } else if ("end".equals(end)) {
            client.data(id, "", true);
        }
        if ("trailers".equals(end)) {
            client.trailers(id, "x-a", "b");
        } else if ("reset".equals(end)) {
            client.reset(id);
        }

        assertThat(proxy.target().awaitConnectionEnd()).isTrue();
        int readFully = length == null ? 0 : Integer.parseInt(length);
        for (RawTarget.ReceivedRequest received : proxy.target().received()) {
            assertThat(received.body().length() < readFully)
                    .as("the target has a whole request")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "empty", "trailers"})
    void aLongBodyOfItsLengthGoesOn(String end) throws Exception {
        RawHttp2Client client = client();
        int id = client.send(RawHttp2Client.headers("content-length", "100000").method("PUT"), false);
        client.data(id, "x".repeat(60_000), false);
        client.data(id, "y".repeat(40_000), end.equals("data"));
        if (end.equals("trailers")) {
            client.trailers(id, "x-a", "b");
        } else if (end.equals("empty")) {
            client.data(id, "", true);
        }

        assertThat(client.end()).isEqualTo("200");
        assertThat(proxy.target().last().body().length()).isEqualTo(100_000);
    }
}
