package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.Http2Requesting.client;
import static dev.tailnetproxy.proxy.server.Http2Requesting.request;
import static dev.tailnetproxy.proxy.server.Http2Requesting.response;
import static dev.tailnetproxy.proxy.server.Http2Requesting.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/2 on one connection: each ends without the others, and none takes what the others need. */
class Http2StreamsTest {

    private static ServerCertificate certificate;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Optional<String>> ends = new LinkedBlockingQueue<>();

    @BeforeAll
    static void certify(@TempDir Path dir) throws Exception {
        certificate = ServerCertificate.in(dir);
    }

    @AfterEach
    void stop() {
        TestServer.await(vertx.close());
    }

    private TestServer listen(Duration requestTimeout) {
        return certificate
                .options()
                .requestTimeout(requestTimeout)
                .traffic(new Ends())
                .listen();
    }

    private TestServer listen() {
        return listen(Duration.ofSeconds(60));
    }

    @Test
    void aHundredRequestsAtOnceGetTheirOwnResponses() throws Exception {
        try (TestServer proxy = listen()) {
            proxy.target().responds((request, out) -> {
                String path = request.requestLine().split(" ", -1)[1];
                out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + path.length() + "\r\n\r\n" + path)
                        .getBytes(StandardCharsets.US_ASCII));
                return true;
            });
            HttpClient client = client(vertx, proxy);
            List<CompletableFuture<String>> texts = new ArrayList<>();
            Set<Object> connections = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                HttpClientRequest request = request(client, HttpMethod.GET, "/" + i);
                connections.add(request.connection());
                texts.add(request.send()
                        .compose(HttpClientResponse::body)
                        .map(Object::toString)
                        .toCompletionStage()
                        .toCompletableFuture());
            }
            for (int i = 0; i < 100; i++) {
                assertThat(texts.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("/" + i);
            }
            assertThat(connections).hasSize(1);
            Awaitility.await().untilAsserted(() -> assertThat(ends).hasSize(100));
            assertThat(ends.stream().allMatch(Optional::isEmpty))
                    .as(ends.toString())
                    .isTrue();
        }
    }

    @Test
    void aClientThatResetsOneRequestLeavesTheOthers() throws Exception {
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer proxy = listen()) {
            proxy.target().responds((request, out) -> {
                arrived.add(request.requestLine());
                if (request.requestLine().contains("/kept")) {
                    go.await(30, TimeUnit.SECONDS);
                    out.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkept".getBytes(StandardCharsets.US_ASCII));
                }
                return true;
            });
            HttpClient client = client(vertx, proxy);
            var kept = request(client, HttpMethod.GET, "/kept").send().compose(HttpClientResponse::body);
            assertThat(arrived.poll(30, TimeUnit.SECONDS)).contains("/kept");
            HttpClientRequest left = request(client, HttpMethod.GET, "/left");
            var unused = left.send();
            assertThat(arrived.poll(30, TimeUnit.SECONDS)).contains("/left");
            left.reset(8);

            assertThat(proxy.target().awaitConnectionEnd()).isTrue();
            assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.of("CallerGone"));
            go.countDown();
            assertThat(TestServer.await(kept).toString()).isEqualTo("kept");
            assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void aStreamThatNobodyReadsEndsAndTheOthersDoNot() throws Exception {
        try (TestServer proxy = listen(Duration.ofSeconds(2))) {
            proxy.target().responds((request, out) -> {
                if (request.requestLine().contains("/unread")) {
                    byte[] megabyte = new byte[1_000_000];
                    out.write(
                            "HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write(megabyte);
                    }
                }
                out.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
                return true;
            });
            HttpClient client = client(vertx, proxy);
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            HttpClientResponse unread = TestServer.await(
                    request(client, HttpMethod.GET, "/unread").send().onSuccess(response -> response.pause()
                            .exceptionHandler(end::complete)));

            end.get(60, TimeUnit.SECONDS);
            assertThat(ends.poll(30, TimeUnit.SECONDS)).isPresent();
            HttpClientRequest next = request(client, HttpMethod.GET, "/");
            assertThat(next.connection()).isEqualTo(unread.request().connection());
            assertThat(text(next)).isEqualTo("ok");
        }
    }

    @Test
    void aRequestThatDoesNotComeWholeEndsAtItsDeadline() throws Exception {
        try (TestServer proxy = listen(Duration.ofMillis(500))) {
            HttpClient client = client(vertx, proxy);
            HttpClientRequest slow = request(client, HttpMethod.PUT, "/").putHeader("content-length", "5");
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            slow.exceptionHandler(end::complete);
            var unused = slow.write("ab");

            end.get(60, TimeUnit.SECONDS);
            assertThat(proxy.target().received()).hasSize(0);
            assertThat(response(request(client, HttpMethod.GET, "/")).statusCode())
                    .isEqualTo(200);
        }
    }

    /** The proxy may have none under way, whatever the client thinks. */
    @Test
    void aStreamBeyondAHundredIsRefused() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer proxy = listen()) {
            proxy.target().responds((request, out) -> {
                go.await(30, TimeUnit.SECONDS);
                out.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
                return true;
            });
            RawHttp2Client client = new RawHttp2Client(vertx, proxy.server().port());
            for (int i = 0; i < 103; i++) {
                client.send(RawHttp2Client.headers(), true);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(client.end()).isEqualTo("reset 7");
            }
            go.countDown();
            for (int i = 0; i < 100; i++) {
                assertThat(client.end()).isEqualTo("200");
            }
            client.send(RawHttp2Client.headers(), true);
            assertThat(client.end()).isEqualTo("200");
            Awaitility.await().untilAsserted(() -> assertThat(ends).hasSize(101));
        }
    }

    /** RFC 9113 section 8.1: an error would make clients throw the response away. */
    @ParameterizedTest
    @ValueSource(strings = {"80", "0", "81"})
    void anEarlyResponseEndsTheRestOfTheRequestWithoutAnError(String port) throws Exception {
        try (TestServer proxy = listen()) {
            proxy.target()
                    .respondsBeforeBody(RawTarget.bytes(
                            "HTTP/1.1 413 No\r\nconnection: close\r\n" + "content-length: 2\r\n\r\nno"));
            RawHttp2Client client = new RawHttp2Client(vertx, proxy.server().port());
            Http2Headers headers =
                    RawHttp2Client.headers("content-length", "1000000").method("PUT");
            int id = client.send(headers.set("ts-target-port", port), false);
            client.data(id, "x".repeat(1000), false);

            String response = client.end();
            assertThat(response.matches("413|400 Invalid.*|502 .*|403 .*"))
                    .as(response)
                    .isTrue();
            assertThat(client.end()).isEqualTo("reset 0");
            proxy.resetTarget();
            client.send(RawHttp2Client.headers(), true);
            assertThat(client.end()).isEqualTo("200");
        }
    }

    /** Nobody takes the bodies of those that wait for a connection to their target. */
    @ParameterizedTest
    @ValueSource(ints = {1, 60, 98})
    void bodiesThatNobodyTakesLeaveTheWindowsOfTheOthers(int waiting) throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        try (TestServer proxy = certificate.options().maxConnections(1).listen();
                RawTarget hanging = new RawTarget((request, out) -> {
                    finished.await();
                    return false;
                })) {
            proxy.harness().socks().route(TestProxy.PEER, 82, hanging.port());
            RawHttp2Client client = new RawHttp2Client(vertx, proxy.server().port());
            client.send(RawHttp2Client.headers().set("ts-target-port", "82"), true);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(hanging.received()).hasSize(1));
            for (int i = 0; i < waiting; i++) {
                client.data(client.send(put("82", 300_000), false), "x".repeat(300_000), true);
            }
            client.data(client.send(put("80", 3_000_000), false), "x".repeat(3_000_000), true);

            assertThat(client.end()).isEqualTo("200");
            assertThat(proxy.target().last().body().length()).isEqualTo(3_000_000);
            assertThat(hanging.received()).hasSize(1);
            finished.countDown();
        }
    }

    private static Http2Headers put(String port, int length) {
        return RawHttp2Client.headers("content-length", Integer.toString(length))
                .method("PUT")
                .set("ts-target-port", port);
    }

    /** The client grants the connection more than it grants a stream. */
    @Test
    void aResponseThatIsNotReadLeavesTheWindowToTheOthers() throws Exception {
        try (TestServer proxy = listen()) {
            proxy.target().responds((request, out) -> {
                out.write("HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(new byte[3_000_000]);
                return true;
            });
            RawHttp2Client client = new RawHttp2Client(
                    vertx, proxy.server().port(), RawHttp2Client.options().setHttp2ConnectionWindowSize(1_000_000));
            int unread = client.send(RawHttp2Client.headers(), false);
            client.doNotRead(unread);
            client.data(unread, "", true);
            assertThat(client.end()).isEqualTo("200");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(client.received(unread)).isEqualTo(65_535));

            int read = client.send(RawHttp2Client.headers(), true);
            assertThat(client.end()).isEqualTo("200");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(client.received(read)).isEqualTo(3_000_000));
            assertThat(client.received(unread)).isEqualTo(65_535);
        }
    }

    /** How requests have ended. */
    private final class Ends implements TrafficMetrics {

        @Override
        public void started() {}

        @Override
        public void ended(int status, Outcome outcome, Duration duration, long bytesIn, long bytesOut) {
            ends.add(outcome.errorLabel());
        }
    }
}
