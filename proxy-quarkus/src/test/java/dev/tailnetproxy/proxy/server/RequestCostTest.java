package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tailnetproxy.proxy.support.AllocatedBytes;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an ordinary request on a kept connection costs the proxy, counted and not timed. */
class RequestCostTest {

    private static final String GET = "GET /path?query=1 HTTP/1.1\r\n" + TARGET + "accept: */*\r\n\r\n";
    private static final String POST =
            "POST /path HTTP/1.1\r\n" + TARGET + "content-type: text/plain\r\ncontent-length: 5\r\n\r\nhello";

    private static final int REQUESTS = 100;

    @RegisterExtension
    static final TestServer proxy = TestProxy.options().listen();

    @TempDir
    Path dir;

    private static int exchange(RawClient client, String request) throws Exception {
        int status = client.send(request).response().status();
        // Kept by the target, which is not what is counted here.
        proxy.target().reset();
        return status;
    }

    static Stream<Arguments> requests() {
        return Stream.of(arguments(GET, 32_000L), arguments(POST, 53_000L));
    }

    /** Of Vert.x, Netty, the log, the proxy and the test's target together; interpreted code takes more than compiled code. */
    @ParameterizedTest
    @MethodSource("requests")
    void requestTakesLittleOfTheHeap(String request, long maxBytes) throws Exception {
        try (RawClient client = proxy.client()) {
            long bytes = AllocatedBytes.perRunIn(
                    name -> name.startsWith("vert.x-eventloop-thread"), () -> exchange(client, request));

            assertThat(bytes).isBetween(1L, maxBytes);
        }
    }

    /** One with its stack trace costs more than the rest of a request. */
    @Test
    void requestsMakeNoExceptionEach() throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(exchange(client, GET)).isEqualTo(200);

            // The end of a connection makes one now and then.
            assertThat(exceptionsMadeBy(client, GET))
                    .allSatisfy((name, number) -> assertThat(number).isLessThan(REQUESTS));
        }
    }

    private static String nameOfClass(RecordedEvent event) {
        return event.getClass("thrownClass").getName();
    }

    /** How many of each class the threads of the proxy make. */
    private Map<String, Long> exceptionsMadeBy(RawClient client, String request) throws Exception {
        Path file = dir.resolve("exceptions.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.JavaExceptionThrow").withStackTrace();
            recording.start();
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(exchange(client, request)).isEqualTo(200);
            }
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getThread() != null
                        && event.getThread().getJavaName().startsWith("vert.x-eventloop-thread"))
                .collect(Collectors.groupingBy(RequestCostTest::nameOfClass, Collectors.counting()));
    }
}
