package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
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
class ClientGoneTest {

    private static final String HEADER_SECTION =
            "host: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n";

    /** What the caller sends before it leaves, and what the target does until then. */
    static Stream<Arguments> stages() {
        RawTarget.Response silent = (request, out) -> true;
        return Stream.of(
                Arguments.of("while the target thinks", "GET / HTTP/1.1\r\n" + HEADER_SECTION + "\r\n", silent),
                Arguments.of(
                        "while its own body is going out",
                        "PUT / HTTP/1.1\r\n" + HEADER_SECTION + "content-length: 1000000\r\n\r\nabc",
                        silent),
                Arguments.of(
                        "while a chunked body of its own is going out",
                        "PUT / HTTP/1.1\r\n" + HEADER_SECTION + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
                        silent),
                Arguments.of(
                        "while the response pauses",
                        "GET / HTTP/1.1\r\n" + HEADER_SECTION + "\r\n",
                        (RawTarget.Response) ClientGoneTest::headerSectionOnly),
                Arguments.of(
                        "while a response for HTTP/1.0 is gathered",
                        "GET / HTTP/1.0\r\n" + HEADER_SECTION + "\r\n",
                        (RawTarget.Response) ClientGoneTest::headerSectionOnly),
                Arguments.of(
                        "while the response comes", "GET / HTTP/1.1\r\n" + HEADER_SECTION + "\r\n", (RawTarget.Response)
                                ClientGoneTest::withoutEnd));
    }

    private static boolean headerSectionOnly(RawTarget.ReceivedRequest request, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab".getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    private static boolean withoutEnd(RawTarget.ReceivedRequest request, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(chunk);
            out.flush();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stages")
    void clientDisconnectCancelsTargetRequest(String stage, String request, RawTarget.Response response)
            throws Exception {
        RecordedEnds ends = new RecordedEnds();
        try (TestServer proxy = TestProxy.options().traffic(ends).listen()) {
            proxy.target().respondsBeforeBody((received, out) -> {
                ends.arrived.add(received.requestLine());
                return response.write(received, out);
            });
            try (RawClient client = proxy.client()) {
                client.send(request);
                assertThat(ends.arrived.poll(30, TimeUnit.SECONDS))
                        .as("the request that arrived")
                        .isNotNull();
            }

            assertThat(proxy.target().awaitConnectionEnd()).as(stage).isTrue();
            assertThat(ends.errors.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.of("CallerGone"));
        }
    }

    /** What has ended, and how. */
    private static final class RecordedEnds implements TrafficMetrics {
        private final BlockingQueue<Optional<String>> errors = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

        @Override
        public void started() {}

        @Override
        public void ended(int status, Outcome outcome, Duration duration, long bytesIn, long bytesOut) {
            errors.add(outcome.errorLabel());
        }
    }
}
