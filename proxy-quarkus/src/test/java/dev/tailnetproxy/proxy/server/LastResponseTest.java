package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
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

/** The response that ends a connection arrives whole, whatever the caller goes on sending, and nothing behind it is served. */
class LastResponseTest {

    private static final String TARGET =
            "host: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\n" + TARGET + "\r\n";

    /** Far more than is read after the last response and fits into the buffers of both ends. */
    private static final int ENDLESS = 256 * 1024 * 1024;

    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestProxy.options().listen();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    static Stream<Arguments> rejectedHeaderSections() {
        return Stream.of(
                headerSection(
                        "a length beside chunks",
                        "InvalidHeader",
                        "content-length: 5\r\ntransfer-encoding: chunked\r\n"),
                headerSection("an unknown coding", "InvalidHeader", "transfer-encoding: xchunked\r\n"),
                headerSection("two lengths", "InvalidHeader", "content-length: 5\r\ncontent-length: 6\r\n"),
                headerSection("no colon", "InvalidHeader", "x\r\n"),
                headerSection("headers of 1 MiB", "InvalidHeader", "x: a\r\n".repeat(180_000)),
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
                        "POST / HTTP/1.1\r\n" + TARGET.replace(TestProxy.PEER, "127.0.0.1")
                                + "content-length: 1000000000\r\n\r\n"));
    }

    private static Arguments headerSection(String name, String error, String fields) {
        return Arguments.of(name, error, "POST / HTTP/1.1\r\n" + TARGET + fields + "\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejectedHeaderSections")
    void lastResponseSurvivesFurtherClientData(String name, String error, String headerSection) throws Exception {
        byte[] more = NEXT.repeat(5_000_000 / NEXT.length()).getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response =
                    client.send(headerSection).send(more).response();

            assertThat(response.outcome()).isEqualTo(error);
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            assertThat(client.readRemaining())
                    .as("what comes behind the response")
                    .isEqualTo("");
        }
        assertNothingWasServed();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejectedHeaderSections")
    void endlessClientDataIsCutOff(String name, String error, String headerSection) throws Exception {
        byte[] more = new byte[1024 * 1024];
        try (RawClient client = proxy.client()) {
            assertThat(client.send(headerSection).response().outcome()).isEqualTo(error);

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
                for (int sent = 0; sent < ENDLESS; sent += more.length) {
                    client.send(more);
                }
            });
        }
        assertNothingWasServed();
    }

    @Test
    void drainingProxyClosesAfterResponse() throws Exception {
        proxy.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        var unused = proxy.server().drain();
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send("GET /first HTTP/1.1\r\n" + TARGET + "\r\n" + NEXT)
                    .response();

            assertThat(response.text()).isEqualTo("ok");
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            assertThat(client.readRemaining()).isEmpty();
        }
        assertServed("GET /first HTTP/1.1");
    }

    private void assertNothingWasServed() throws IOException {
        assertServed();
    }

    /** One request more, on a connection of its own, gives those before it the time to arrive. */
    private void assertServed(String... requestLines) throws IOException {
        try (RawClient client = proxy.client()) {
            client.send("GET /last HTTP/1.1\r\n" + TARGET + "\r\n").response();
        }
        assertThat(proxy.target().received().stream()
                        .map(RawTarget.ReceivedRequest::requestLine)
                        .toList())
                .isEqualTo(Stream.concat(Stream.of(requestLines), Stream.of("GET /last HTTP/1.1"))
                        .toList());
        assertThat(proxy.harness().socks().dials()).hasSize(1);
    }

    /** Each that waits takes memory. */
    @Test
    void pipelineLimitClosesConnection() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        proxy.target().responds((request, out) -> {
            awaitQuietly(go);
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        try (RawClient client = proxy.client()) {
            client.send(NEXT.repeat(100));
            // What was sent before it has been read when this response is written: there is one event loop.
            try (RawClient other = proxy.client()) {
                other.send(NEXT.replace(TestProxy.PEER, "127.0.0.1"));
                assertThat(other.response().outcome()).isEqualTo("TargetNotAllowed");
            }
            go.countDown();

            for (int i = 0; i < 33; i++) {
                assertThat(client.response().outcome()).as("response " + i).isEqualTo("200");
            }
            assertThat(client.response().outcome()).isEqualTo("InvalidHeader");
            assertThat(client.readRemaining()).isEmpty();
        }
        assertThat(proxy.target().received()).hasSize(33);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
