package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets that misbehave: each ends in the right error, and the next request to the same target works. */
class HostileTargetTest {

    private static final CountDownLatch OVER = new CountDownLatch(1);
    private static Harness proxy;
    private static RawTarget target;

    @BeforeAll
    static void start() {
        proxy = Harness.options().start();
        target = new RawTarget(RawTarget.bytes(""));
        proxy.socks().route(Harness.PEER, 80, target.port());
    }

    @AfterAll
    static void stop() {
        OVER.countDown();
        proxy.close();
        target.close();
    }

    static Stream<Arguments> targets() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                misbehaves("closes at once", "ConnectionReset", ""),
                misbehaves("closes within the status line", "ConnectionReset", "HTTP/1.1 2"),
                misbehaves("closes within the head", "ConnectionReset", ok + "a: b\r\nc"),
                misbehaves("closes before the body", "ConnectionReset", ok + "content-length: 5\r\n\r\n"),
                misbehaves("closes within the body", "ConnectionReset", ok + "content-length: 5\r\n\r\nabc"),
                misbehaves(
                        "closes within a chunk", "ConnectionReset", ok + "transfer-encoding: chunked\r\n\r\n5\r\nab"),
                misbehaves(
                        "closes between chunks",
                        "ConnectionReset",
                        ok + "transfer-encoding: chunked\r\n\r\n1\r\na\r\n"),
                misbehaves("closes after 100", "ConnectionReset", "HTTP/1.1 100 Continue\r\n\r\n"),
                misbehaves("has a head of 1 MB", "InvalidResponse", ok + "a: " + "x".repeat(1 << 20) + "\r\n\r\n"),
                misbehaves("has 100,000 header lines", "InvalidResponse", ok + "a: b\r\n".repeat(100_000) + "\r\n"),
                misbehaves(
                        "has a status line of 1 MB",
                        "InvalidResponse",
                        "HTTP/1.1 200 " + "x".repeat(1 << 20) + "\r\n\r\n"),
                misbehaves(
                        "has garbage for chunks",
                        "InvalidResponse",
                        ok + "transfer-encoding: chunked\r\n\r\n\u0000\u0001zz\r\n"),
                misbehaves(
                        "has a chunk size of 20 digits",
                        "InvalidResponse",
                        ok + "transfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\n"),
                misbehaves("speaks no HTTP", "InvalidResponse", "220 smtp ready\r\n"),
                misbehaves("speaks HTTP/2 unasked", "InvalidResponse", "HTTP/2.0 200 OK\r\n\r\n"),
                misbehaves("switches protocols", "InvalidResponse", "HTTP/1.1 101 X\r\nupgrade: a\r\n\r\n"),
                misbehaves("declares more than fits", "ResponseTooLarge", ok + "content-length: 2000000\r\n\r\nx"),
                misbehaves(
                        "sends more than fits",
                        "ResponseTooLarge",
                        ok + "transfer-encoding: chunked\r\n\r\n200000\r\n" + "x".repeat(0x200000) + "\r\n0\r\n\r\n"),
                misbehaves(
                        "sends more than fits until the end", "ResponseTooLarge", ok + "\r\n" + "x".repeat(0x200000)),
                waits("never answers", ""),
                waits("stops within the head", ok + "a: "),
                waits("stops within the body", ok + "content-length: 5\r\n\r\nab"),
                waits("stops within a chunk", ok + "transfer-encoding: chunked\r\n\r\n5\r\nab"),
                waits("sends 100 and nothing more", "HTTP/1.1 100 Continue\r\n\r\n"),
                Arguments.of("sends a byte now and then", "Timeout", (RawTarget.Answer) (request, out) -> {
                    out.write((ok + "content-length: 100000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    while (!OVER.await(20, TimeUnit.MILLISECONDS)) {
                        out.write('x');
                        out.flush();
                    }
                    return false;
                }));
    }

    private static Arguments misbehaves(String name, String error, String bytes) {
        return Arguments.of(name, error, (RawTarget.Answer) (request, out) -> {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return false;
        });
    }

    private static Arguments waits(String name, String bytes) {
        return Arguments.of(name, "Timeout", (RawTarget.Answer) (request, out) -> {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            OVER.await();
            return false;
        });
    }

    @Test
    void aGzipBombGoesThroughUnopened() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                gzip.write(zeros);
            }
        }
        String head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: " + bomb.size() + "\r\n\r\n";
        target.answers((request, out) -> {
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            bomb.writeTo(out);
            return true;
        });

        ProxyResponse response =
                proxy.call("GET").header("accept-encoding", "gzip").send();

        Body.Bytes body = assertInstanceOf(Body.Bytes.class, response.body());
        assertArrayEquals(bomb.toByteArray(), body.buffer().getBytes());
        assertEquals("gzip", response.headers().first("content-encoding").orElse(""));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("targets")
    void endsInTheRightError(String name, String error, RawTarget.Answer behaviour) {
        target.answers(behaviour);

        assertEquals(
                error,
                outcome(proxy.call("GET")
                        .within(error.equals("Timeout") ? Duration.ofMillis(300) : Duration.ofSeconds(30))
                        .send()),
                name);

        target.answers(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        assertEquals("200", outcome(proxy.get()), "the next request");
    }
}
