package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.Certificates;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawHttp2;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of HTTP/2 that are none, or that could be taken for others when they are sent on as HTTP/1.1. */
class Http2FramingTest {

    private static final String MALFORMED = "reset 1";
    private static final String INVALID_HEADER = "400 InvalidHeader";
    private static final String INVALID_TARGET = "400 InvalidTarget";

    private static final Vertx VERTX = Vertx.vertx();

    private static ListeningProxy proxy;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        Path certificate = dir.resolve("tls.crt");
        Path key = dir.resolve("tls.key");
        Certificates.writePem(new Certificates(dir).issue("proxy", "127.0.0.1", "-1d"), certificate, key);
        proxy = ListeningProxy.with(
                64, new Access(Optional.of(new Access.Tls(certificate, key, Optional.empty())), Optional.empty()));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        ListeningProxy.await(VERTX.close());
    }

    @BeforeEach
    void forget() {
        proxy.beAsNew();
    }

    private static RawHttp2 client() {
        return new RawHttp2(VERTX, proxy.server().port());
    }

    private static Arguments with(String expected, String... namesAndValues) {
        return Arguments.of(expected, RawHttp2.headers(namesAndValues));
    }

    private static Arguments changed(String expected, Consumer<Http2Headers> change) {
        Http2Headers headers = RawHttp2.headers();
        change.accept(headers);
        return Arguments.of(expected, headers);
    }

    static Stream<Arguments> refused() {
        Http2Headers connect = new DefaultHttp2Headers(false);
        connect.method("CONNECT").authority("proxy:80");
        connect.add("ts-target-ip", Harness.PEER).add("ts-target-port", "80");
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
    void areRefusedAndTheConnectionGoesOn(String expected, Http2Headers headers) throws Exception {
        RawHttp2 client = client();
        client.send(headers, true);

        String end = client.end();
        // What Netty refuses is reset; what the proxy refuses has a name.
        assertTrue(end.equals(expected) || end.equals(MALFORMED), end);
        client.send(RawHttp2.headers(), true);
        assertEquals("200", client.end());
        assertEquals(1, proxy.target().received().size());
    }

    @Test
    void whatStandsForOneFieldIsOne() throws Exception {
        RawHttp2 client = client();
        client.send(RawHttp2.headers("cookie", "a=1", "cookie", "b=2", "te", "trailers", "host", "proxy"), true);

        assertEquals("200", client.end());
        assertEquals(List.of("a=1; b=2"), proxy.target().last().values("cookie"));
        assertEquals(List.of(), proxy.target().last().values("te"));
        assertEquals(1, proxy.target().last().values("host").size());
    }

    @ParameterizedTest
    @MethodSource
    void aBodyOfAnotherLengthDoesNotGoOnWhole(String length, String first, String second, boolean trailers)
            throws Exception {
        RawHttp2 client = client();
        int id = client.send(RawHttp2.headers("content-length", length).method("PUT"), false);
        client.data(id, first, false);
        if (trailers) {
            client.trailers(id, "x-a", "b");
        } else {
            client.data(id, second, true);
        }

        assertEquals(MALFORMED, client.end());
        assertEquals(0, proxy.target().received().size());
    }

    static Stream<Arguments> aBodyOfAnotherLengthDoesNotGoOnWhole() {
        return Stream.of(
                Arguments.of("5", "ab", "c", false),
                Arguments.of("5", "ab", "cdef", false),
                Arguments.of("0", "a", "", false),
                Arguments.of("5", "ab", "", true));
    }

    @Test
    void aLargeHeaderSectionIsRefused() throws Exception {
        RawHttp2 client = client();
        client.send(RawHttp2.headers("x-a", "a".repeat(70 * 1024)), true);
        assertEquals(INVALID_HEADER, client.end());
        assertEquals(0, proxy.target().received().size());
    }

    @Test
    void aFloodOfResetsEndsTheConnectionAndNoOther() throws Exception {
        RawHttp2 other = client();
        RawHttp2 flood = client();
        for (int i = 0; i < 300; i++) {
            flood.reset(flood.send(RawHttp2.headers(), true));
        }

        assertTrue(flood.awaitClose());
        other.send(RawHttp2.headers(), true);
        assertEquals("200", other.end());
    }
}
