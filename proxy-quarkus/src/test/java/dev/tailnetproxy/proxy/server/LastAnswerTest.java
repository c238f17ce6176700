package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The answer that ends a connection arrives whole, whatever the caller goes on sending, and nothing behind it is served. */
class LastAnswerTest {

    private static final String TARGET = "host: proxy\r\nts-target-ip: " + Harness.PEER + "\r\nts-target-port: 80\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\n" + TARGET + "\r\n";

    /** Far more than is read after the last answer and fits into the buffers of both ends. */
    private static final int ENDLESS = 256 * 1024 * 1024;

    private ListeningProxy proxy;

    @BeforeEach
    void start() {
        proxy = new ListeningProxy();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    static Stream<Arguments> refusedHeads() {
        return Stream.of(
                head("a length beside chunks", "InvalidHeader", "content-length: 5\r\ntransfer-encoding: chunked\r\n"),
                head("an unknown coding", "InvalidHeader", "transfer-encoding: xchunked\r\n"),
                head("two lengths", "InvalidHeader", "content-length: 5\r\ncontent-length: 6\r\n"),
                head("no colon", "InvalidHeader", "x\r\n"),
                head("headers of 1 MiB", "InvalidHeader", "x: a\r\n".repeat(180_000)),
                Arguments.of("no path", "InvalidHeader", "GET\r\n" + TARGET + "\r\n"),
                Arguments.of(
                        "a path of 100 KiB",
                        "InvalidTarget",
                        "GET /" + "x".repeat(100 * 1024) + " HTTP/1.1\r\n" + TARGET + "\r\n"),
                Arguments.of(
                        "chunks in HTTP/1.0",
                        "InvalidHeader",
                        "POST / HTTP/1.0\r\n" + TARGET + "transfer-encoding: chunked\r\n\r\n"),
                Arguments.of(
                        "a forbidden target before its body",
                        "TargetNotAllowed",
                        "POST / HTTP/1.1\r\n" + TARGET.replace(Harness.PEER, "127.0.0.1")
                                + "content-length: 1000000000\r\n\r\n"));
    }

    private static Arguments head(String name, String error, String fields) {
        return Arguments.of(name, error, "POST / HTTP/1.1\r\n" + TARGET + fields + "\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedHeads")
    void isNotLostWhileTheCallerGoesOnSending(String name, String error, String head) throws IOException {
        byte[] more = NEXT.repeat(5_000_000 / NEXT.length()).getBytes(StandardCharsets.US_ASCII);
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply = caller.send(head).send(more).reply();

            assertEquals(error, reply.outcome());
            assertEquals(List.of("close"), reply.values("connection"));
            assertEquals("", caller.rest(), "what comes behind the answer");
        }
        assertNothingWasServed();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedHeads")
    void isTheEndForACallerThatNeverStops(String name, String error, String head) throws IOException {
        byte[] more = new byte[1024 * 1024];
        try (RawCaller caller = proxy.caller()) {
            assertEquals(error, caller.send(head).reply().outcome());

            assertThrows(IOException.class, () -> {
                for (int sent = 0; sent < ENDLESS; sent += more.length) {
                    caller.send(more);
                }
            });
        }
        assertNothingWasServed();
    }

    @Test
    void ofAProxyThatStopsIsFollowedByNoOther() throws IOException {
        proxy.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        var unused = proxy.server().drain();
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply = caller.send("GET /first HTTP/1.1\r\n" + TARGET + "\r\n" + NEXT)
                    .reply();

            assertEquals("ok", reply.text());
            assertEquals(List.of("close"), reply.values("connection"));
            assertEquals("", caller.rest());
        }
        assertServed("GET /first HTTP/1.1");
    }

    private void assertNothingWasServed() throws IOException {
        assertServed();
    }

    /** One request more, on a connection of its own, gives those before it the time to arrive. */
    private void assertServed(String... requestLines) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            caller.send("GET /last HTTP/1.1\r\n" + TARGET + "\r\n").reply();
        }
        assertEquals(
                Stream.concat(Stream.of(requestLines), Stream.of("GET /last HTTP/1.1"))
                        .toList(),
                proxy.target().received().stream()
                        .map(RawTarget.Received::requestLine)
                        .toList());
        assertEquals(1, proxy.harness().socks().dials().size());
    }

    /** Each that waits takes memory. */
    @Test
    void isForTooManyRequestsThatWaitOnOneConnection() throws IOException {
        CountDownLatch go = new CountDownLatch(1);
        proxy.target().responds((request, out) -> {
            awaitQuietly(go);
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        try (RawCaller caller = proxy.caller()) {
            caller.send(NEXT.repeat(100));
            // What was sent before it has been read when this is answered: there is one event loop.
            try (RawCaller other = proxy.caller()) {
                other.send(NEXT.replace(Harness.PEER, "127.0.0.1"));
                assertEquals("TargetNotAllowed", other.reply().outcome());
            }
            go.countDown();

            for (int i = 0; i < 33; i++) {
                assertEquals("200", caller.reply().outcome(), "answer " + i);
            }
            assertEquals("InvalidHeader", caller.reply().outcome());
            assertEquals("", caller.rest());
        }
        assertEquals(33, proxy.target().received().size());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
