package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.LogCapture;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that two readers could understand in two ways: refused, and none of them reaches the target as a whole. */
class FramingTest {

    private static final String SECRET = "s3cr3t-marker";
    private static final String WITHOUT_HOST = "ts-target-ip: " + Harness.PEER
            + "\r\nts-target-port: 80\r\nauthorization: " + SECRET + "\r\ncookie: a=" + SECRET + "\r\n";
    private static final String TARGET = "host: proxy\r\n" + WITHOUT_HOST;
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + TARGET + "\r\n";

    /** They quote what callers say, so that the proxy's settings silence them. */
    private static final List<String> SILENCED = List.of(
            "io.vertx.core.net.impl.ConnectionBase", "io.vertx.core.http.impl.HttpServerImpl", "jdk.event.security");

    private static ListeningProxy proxy;
    private static LogCapture log;

    @BeforeAll
    static void start() {
        log = LogCapture.of("");
        proxy = new ListeningProxy();
    }

    @AfterAll
    static void nothingSecretWasLogged() {
        proxy.close();
        log.close();
        JsonFormatter formatter = new JsonFormatter();
        assertEquals(
                List.of(),
                log.records().stream()
                        .filter(logged -> !SILENCED.contains(logged.getLoggerName()))
                        .map(formatter::format)
                        .filter(line -> line.contains(SECRET))
                        .toList());
    }

    @BeforeEach
    void usualTarget() {
        proxy.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        proxy.target().reset();
        proxy.harness().socks().forgetDials();
    }

    @Test
    void whatQuotesCallersIsSilenced() throws IOException {
        Properties settings = new Properties();
        try (InputStream in = FramingTest.class.getResourceAsStream("/application.properties")) {
            settings.load(in);
        }

        for (String category : SILENCED) {
            assertEquals("OFF", settings.getProperty("quarkus.log.category.\"" + category + "\".level"));
        }
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                post("two lengths", "InvalidHeader", "content-length: 5\r\ncontent-length: 6\r\n\r\nhello!"),
                post("two lengths in one field", "InvalidHeader", "content-length: 5, 6\r\n\r\nhello!"),
                post("a signed length", "InvalidHeader", "content-length: +5\r\n\r\nhello"),
                post("a length in hexadecimal", "InvalidHeader", "content-length: 0x5\r\n\r\nhello"),
                post("a negative length", "InvalidHeader", "content-length: -1\r\n\r\n"),
                post(
                        "a length beside chunks",
                        "InvalidHeader",
                        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                post(
                        "chunks beside a length",
                        "InvalidHeader",
                        "transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED),
                post("an unknown coding", "InvalidHeader", "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                post(
                        "chunked not last",
                        "InvalidHeader",
                        "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED),
                post(
                        "chunked twice",
                        "InvalidHeader",
                        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED),
                post("a space before the colon", "InvalidHeader", "content-length : 5\r\n\r\nhello"),
                post("a NUL in a value", "InvalidHeader", "x: a\u0000" + SECRET + "\r\n\r\n"),
                post("a CR in a value", "InvalidHeader", "x: a\rb: c\r\n\r\n"),
                post("a line without a colon", "InvalidHeader", SECRET + "\r\n\r\n"),
                post("a name in brackets", "InvalidHeader", "(x): a\r\n\r\n"),
                post("a header of 100 KiB", "InvalidHeader", "x: " + "x".repeat(100 * 1024) + "\r\n\r\n"),
                post("headers of 1 MiB", "InvalidHeader", "x: a\r\n".repeat(180_000) + "\r\n"),
                Arguments.of(
                        "chunks in HTTP/1.0",
                        "InvalidHeader",
                        "POST / HTTP/1.0\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                line("an asterisk", "InvalidTarget", "OPTIONS * HTTP/1.1"),
                line("an asterisk in another method", "InvalidTarget", "GET * HTTP/1.1"),
                line("a whole server's URI", "InvalidTarget", "OPTIONS http://100.64.0.9 HTTP/1.1"),
                line("an authority form", "InvalidHeader", "CONNECT 100.64.0.2:80 HTTP/1.1"),
                line("an authority form in another method", "InvalidTarget", "GET 100.64.0.2:80 HTTP/1.1"),
                line("a path without a slash", "InvalidTarget", "GET a/b HTTP/1.1"),
                line("a URI of another scheme", "InvalidTarget", "GET ftp://100.64.0.9/ HTTP/1.1"),
                line("a URI without slashes", "InvalidTarget", "GET http:/a HTTP/1.1"),
                line("a URI without a host", "InvalidTarget", "GET http:///a HTTP/1.1"),
                line("a URI of a port only", "InvalidTarget", "GET http://:80/a HTTP/1.1"),
                line("a URI with a user", "InvalidTarget", "GET http://" + SECRET + "@a/ HTTP/1.1"),
                line("a URI with a port of letters", "InvalidTarget", "GET http://a:b/ HTTP/1.1"),
                line("a URI with a broken address", "InvalidTarget", "GET http://[::1/ HTTP/1.1"),
                line("a URI with bytes beyond ASCII", "InvalidTarget", "GET http://a/\u00e4 HTTP/1.1"),
                line("a path of 40 KiB", "InvalidTarget", "GET /" + "x".repeat(40 * 1024) + " HTTP/1.1"),
                line("a path of 100 KiB", "InvalidTarget", "GET /" + "x".repeat(100 * 1024) + " HTTP/1.1"),
                line("a method of brackets", "InvalidHeader", "G(T / HTTP/1.1"),
                line("no path", "InvalidHeader", "GET"),
                line("HTTP/0.9", "InvalidHeader", "GET / HTTP/0.9"),
                line("HTTP/1.2", "InvalidHeader", "GET / HTTP/1.2"),
                line("HTTP/2.0", "InvalidHeader", "GET / HTTP/2.0"),
                line("no version", "InvalidHeader", "GET /"),
                line("bytes beyond ASCII", "InvalidTarget", "GET /\u00e4" + SECRET + " HTTP/1.1"));
    }

    static Stream<Arguments> codings() {
        return Stream.of(
                        "gzip",
                        "gzip, chunked",
                        "chunked, gzip",
                        "chunked, chunked",
                        "chunked,",
                        ", chunked",
                        "identity",
                        "",
                        "chunked;q=1",
                        "\"chunked\"",
                        "\u000bchunked",
                        "chunked\r\ntransfer-encoding: identity")
                .map(coding -> post(
                        "a coding of " + coding,
                        "InvalidHeader",
                        "transfer-encoding: " + coding + "\r\n\r\n0\r\n\r\n" + SMUGGLED));
    }

    /** Sizes that one reader takes for another number, lines that one ends at another byte, and what is behind them. */
    static Stream<Arguments> chunks() {
        return Stream.of(
                        "xyz\r\n",
                        "ffffffffffffffffffff\r\n",
                        "100000003\r\nabc\r\n0\r\n\r\n",
                        "10000000000000003\r\nabc\r\n0\r\n\r\n",
                        "80000000\r\nabc\r\n0\r\n\r\n",
                        "ffffffff\r\nabc\r\n0\r\n\r\n",
                        "+3\r\nabc\r\n0\r\n\r\n",
                        "-3\r\nabc\r\n0\r\n\r\n",
                        "0x3\r\nabc\r\n0\r\n\r\n",
                        " 3\r\nabc\r\n0\r\n\r\n",
                        "\t3\r\nabc\r\n0\r\n\r\n",
                        "\u000b3\r\nabc\r\n0\r\n\r\n",
                        "3 3\r\nabc\r\n0\r\n\r\n",
                        "3\u0000\r\nabc\r\n0\r\n\r\n",
                        "3\u000c\r\nabc\r\n0\r\n\r\n",
                        "3h\r\nabc\r\n0\r\n\r\n",
                        "3,\r\nabc\r\n0\r\n\r\n",
                        "\r\nabc\r\n0\r\n\r\n",
                        ";x\r\nabc\r\n0\r\n\r\n",
                        "3\nabc\r\n0\r\n\r\n",
                        "3\rabc\r\n0\r\n\r\n",
                        "3\r\r\nabc\r\n0\r\n\r\n",
                        "3;x\nabc\r\n0\r\n\r\n",
                        "3;x\ry\r\nabc\r\n0\r\n\r\n",
                        "3;x=\"\r\nabc\r\n0\r\n\r\n",
                        "3;x=\"a\r\nb\"\r\nabc\r\n0\r\n\r\n",
                        "3;x=\"\\\"\r\n\"\r\nabc\r\n0\r\n\r\n",
                        "3;x=\u0000\r\nabc\r\n0\r\n\r\n",
                        "3\r\nabcd\r\n0\r\n\r\n",
                        "3\r\nabc\n0\r\n\r\n",
                        "3\r\nabc\r0\r\n\r\n",
                        "3\r\nabc0\r\n\r\n",
                        "0\n\r\n",
                        "0;x=\"\r\n\"\r\n\r\n",
                        "100000000\r\n\r\n",
                        "0\r\n \r\n\r\n",
                        "0\r\nx\r\n\r\n")
                .map(body -> post(
                        "chunks of " + body.replace("\r", "CR ").replace("\n", "LF "),
                        "InvalidHeader",
                        "transfer-encoding: chunked\r\n\r\n" + body + SMUGGLED));
    }

    /** What whoever stands in front of the proxy may take for a part of the request before it. */
    static Stream<Arguments> beginnings() {
        return Stream.of(
                        "\u0000",
                        "\u0001",
                        "\u000b",
                        "\u001f",
                        "\u007f",
                        " ",
                        "\t",
                        "\u00a0",
                        "\r",
                        "\n",
                        "\r\r\n",
                        "\n\r\n",
                        "\r\n\u0000",
                        "\r\n ",
                        "\r\n\r")
                .map(bytes -> line("a request behind " + name(bytes), "InvalidHeader", bytes + "GET / HTTP/1.1"));
    }

    static Stream<Arguments> separators() {
        return Stream.of("  ", "\t", "\u000b", "\f", "\r", " \t", "\u0000", "\u00a0")
                .flatMap(bytes -> Stream.of(
                        line("a method before " + name(bytes), "InvalidHeader", "GET" + bytes + "/ HTTP/1.1"),
                        line("a version behind " + name(bytes), "InvalidHeader", "GET /" + bytes + "HTTP/1.1")));
    }

    static Stream<Arguments> hosts() {
        return Stream.concat(
                Stream.of(
                        Arguments.of("no host", "InvalidHeader", "GET / HTTP/1.1\r\n" + WITHOUT_HOST + "\r\n"),
                        Arguments.of(
                                "no host beside a URI",
                                "InvalidHeader",
                                "GET http://a/ HTTP/1.1\r\n" + WITHOUT_HOST + "\r\n"),
                        Arguments.of(
                                "two hosts in HTTP/1.0",
                                "InvalidHeader",
                                "GET / HTTP/1.0\r\nhost: a\r\n" + TARGET + "\r\n"),
                        line("two hosts beside a URI", "InvalidHeader", "GET http://a/ HTTP/1.1\r\nhost: a"),
                        line("the same host twice", "InvalidHeader", "GET / HTTP/1.1\r\nHost: proxy")),
                Stream.of(
                                "a b",
                                "a, b",
                                "a,b",
                                "a/b",
                                "http://a",
                                "user@a",
                                "a:b",
                                "a:-1",
                                "a:65536",
                                ":80",
                                "a:80:80",
                                "::1",
                                "[::1",
                                "[::1]a",
                                "[a.example]",
                                "[fe80::1%25eth0]",
                                "a%zz",
                                "a?b",
                                "\"a\"",
                                "a\u00e4")
                        .map(host -> Arguments.of(
                                "a host of " + host,
                                "InvalidHeader",
                                "GET / HTTP/1.1\r\nhost: " + host + "\r\n" + WITHOUT_HOST + "\r\n")));
    }

    @Test
    void aFoldedLineIsOneValue() throws IOException {
        try (RawCaller caller = proxy.caller()) {
            caller.send("GET / HTTP/1.1\r\n" + TARGET + "x: a\r\n transfer-encoding: chunked\r\n\r\n")
                    .reply();
        }

        assertEquals(
                List.of("a transfer-encoding: chunked"), proxy.target().last().values("x"));
        assertEquals(List.of(), proxy.target().last().values("transfer-encoding"));
    }

    /** The target has begun to get the body by then. */
    @Test
    void aBodyThatTurnsOutToBeNoHttpIsRefused() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        proxy.target().respondsAtTheHead((request, out) -> {
            begun.countDown();
            return true;
        });
        try (RawCaller caller = proxy.caller()) {
            caller.send("POST / HTTP/1.1\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
            begun.await();

            RawCaller.Reply reply = caller.send("xyz\r\n" + SMUGGLED).reply();

            assertEquals("InvalidHeader", reply.outcome());
            assertEquals("", caller.rest());
        }
        assertTrue(proxy.target().awaitEndOfConnection());
        assertEquals(1, proxy.target().received().size());
    }

    private static String name(String bytes) {
        return bytes.chars().mapToObj(b -> String.format("%02x", b)).collect(Collectors.joining(" "));
    }

    private static Arguments post(String name, String error, String rest) {
        return Arguments.of(name, error, "POST / HTTP/1.1\r\n" + TARGET + rest);
    }

    private static Arguments line(String name, String error, String line) {
        return Arguments.of(name, error, line + "\r\n" + TARGET + "\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void isRefused(String name, String error, String request) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            assertRefused(name, error, caller.send(request).reply());
        }
        assertEquals(List.of(), proxy.harness().socks().dials());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"codings", "hosts", "beginnings", "separators"})
    void isRefusedAndTheConnectionEnds(String name, String error, String request) throws IOException {
        assertIsTheLast(name, error, request);
        assertEquals(List.of(), proxy.harness().socks().dials());
    }

    /** The header section is in order, so that the target may have got it by then. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("chunks")
    void isRefusedOnItsWayAndTheConnectionEnds(String name, String error, String request) throws IOException {
        assertIsTheLast(name, error, request);
    }

    private static void assertIsTheLast(String name, String error, String request) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            assertRefused(name, error, caller.send(request).reply());
            assertEquals("", caller.rest(), "nothing behind it is served");
        }
    }

    private static void assertRefused(String name, String error, RawCaller.Reply reply) {
        assertEquals(error, reply.outcome(), name);
        assertEquals(400, reply.status());
        assertFalse(reply.text().contains(SECRET) || reply.head().toString().contains(SECRET));
        assertEquals(0, proxy.target().received().size(), "the target has got a whole request");
    }
}
