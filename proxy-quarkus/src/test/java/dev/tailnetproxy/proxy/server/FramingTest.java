package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.RefusingProxy.SECRET;
import static dev.tailnetproxy.proxy.server.RefusingProxy.SMUGGLED;
import static dev.tailnetproxy.proxy.server.RefusingProxy.TARGET;
import static dev.tailnetproxy.proxy.server.RefusingProxy.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests whose end two readers could see at two bytes: refused, nothing of them reaches the target. */
class FramingTest {

    @RegisterExtension
    static final RefusingProxy REFUSING = new RefusingProxy();

    /** For requests that may be dialled for: such a dial can come after its test. */
    @RegisterExtension
    static final RefusingProxy DIALLING = new RefusingProxy();

    private final TestServer proxy = REFUSING.proxy();

    static Stream<Arguments> headerSections() {
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
                        "POST / HTTP/1.0\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n0\r\n\r\n"));
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

    @Test
    void foldedLineIsOneValue() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\n" + TARGET + "x: a\r\n transfer-encoding: chunked\r\n\r\n")
                    .response();
        }

        assertThat(proxy.target().last().values("x")).isEqualTo(List.of("a transfer-encoding: chunked"));
        assertThat(proxy.target().last().values("transfer-encoding")).isEmpty();
    }

    /** The target has begun to get the body by then. */
    @Test
    void invalidChunkedBodyIsRejected() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        proxy.target().respondsBeforeBody((request, out) -> {
            started.countDown();
            return true;
        });
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
            started.await();

            RawClient.ReceivedResponse response =
                    client.send("xyz\r\n" + SMUGGLED).response();

            assertThat(response.outcome()).isEqualTo("InvalidHeader");
            assertThat(client.readRemaining()).isEmpty();
        }
        assertThat(proxy.target().awaitConnectionEnd()).isTrue();
        assertThat(proxy.target().received()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headerSections")
    void ambiguousFramingIsRejected(String name, String error, String request) throws Exception {
        REFUSING.assertRefused(name, error, request);
        REFUSING.assertNothingWasDialled();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codings")
    void isRefusedAndTheConnectionEnds(String name, String error, String request) throws Exception {
        REFUSING.assertRefusedAsTheLast(name, error, request);
        REFUSING.assertNothingWasDialled();
    }

    /** The header section is in order, so that the target may have got it by then. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("chunks")
    void isRefusedOnItsWayAndTheConnectionEnds(String name, String error, String request) throws Exception {
        DIALLING.assertRefusedAsTheLast(name, error, request);
    }
}
