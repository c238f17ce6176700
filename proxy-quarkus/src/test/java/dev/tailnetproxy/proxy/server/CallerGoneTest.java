package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A caller that leaves, at every stage: the target's connection ends with it, and the request is over. */
class CallerGoneTest {

    private static final String HEAD = "host: proxy\r\nts-target-ip: " + Harness.PEER + "\r\nts-target-port: 80\r\n";

    /** What the caller sends before it leaves, and what the target does until then. */
    static Stream<Arguments> stages() {
        RawTarget.Answer silent = (request, out) -> true;
        return Stream.of(
                Arguments.of("while the target thinks", "GET / HTTP/1.1\r\n" + HEAD + "\r\n", silent),
                Arguments.of(
                        "while its own body is going out",
                        "PUT / HTTP/1.1\r\n" + HEAD + "content-length: 1000000\r\n\r\nabc",
                        silent),
                Arguments.of(
                        "while a chunked body of its own is going out",
                        "PUT / HTTP/1.1\r\n" + HEAD + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
                        silent),
                Arguments.of("while the answer pauses", "GET / HTTP/1.1\r\n" + HEAD + "\r\n", (RawTarget.Answer)
                        CallerGoneTest::headOnly),
                Arguments.of(
                        "while an answer for HTTP/1.0 is gathered",
                        "GET / HTTP/1.0\r\n" + HEAD + "\r\n",
                        (RawTarget.Answer) CallerGoneTest::headOnly),
                Arguments.of("while the answer comes", "GET / HTTP/1.1\r\n" + HEAD + "\r\n", (RawTarget.Answer)
                        CallerGoneTest::withoutEnd));
    }

    private static boolean headOnly(RawTarget.Received request, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab".getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    private static boolean withoutEnd(RawTarget.Received request, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(chunk);
            out.flush();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stages")
    void endsWhatTheTargetDoesForIt(String stage, String request, RawTarget.Answer answer) throws Exception {
        Ends ends = new Ends();
        try (ListeningProxy proxy = new ListeningProxy(Duration.ofSeconds(60), Harness.options(), ends)) {
            proxy.target().respondsAtTheHead((received, out) -> {
                ends.arrived.add(received.requestLine());
                return answer.write(received, out);
            });
            try (RawCaller caller = proxy.caller()) {
                caller.send(request);
                assertTrue(ends.arrived.poll(30, TimeUnit.SECONDS) != null, "the request did not arrive");
            }

            assertTrue(proxy.target().awaitEndOfConnection(), stage);
            assertEquals(Optional.of("CallerGone"), ends.errors.poll(30, TimeUnit.SECONDS));
        }
    }

    /** What has ended, and how. */
    private static final class Ends implements TrafficMetrics {
        private final BlockingQueue<Optional<String>> errors = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

        @Override
        public void begun() {}

        @Override
        public void ended(int status, Optional<String> error, Duration duration, long bytesIn, long bytesOut) {
            errors.add(error);
        }
    }
}
