package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.Certificates;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 on the HTTP port, which is offered beside HTTP/1.1 where the port speaks TLS. */
class Http2ServerTest {

    @TempDir
    static Path dir;

    private static Access.Tls tls;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Optional<String>> ends = new LinkedBlockingQueue<>();

    @BeforeAll
    static void certify() throws Exception {
        Certificates certificates = new Certificates(dir);
        Certificates.writePem(
                certificates.issue("proxy", "127.0.0.1", "-1d"), dir.resolve("tls.crt"), dir.resolve("tls.key"));
        tls = new Access.Tls(dir.resolve("tls.crt"), dir.resolve("tls.key"), Optional.empty());
    }

    @AfterEach
    void stop() {
        ListeningProxy.await(vertx.close());
    }

    static Access access() {
        return new Access(Optional.of(tls), Optional.empty());
    }

    private ListeningProxy listen(Duration requestTimeout) {
        return ListeningProxy.with(access(), requestTimeout, new Ends());
    }

    private ListeningProxy listen() {
        return listen(Duration.ofSeconds(60));
    }

    private HttpClient client(ListeningProxy proxy) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setHttp2MaxPoolSize(1)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(proxy.server().port()));
    }

    private static HttpClientRequest request(HttpClient client, HttpMethod method, String path) {
        return ListeningProxy.await(client.request(method, path))
                .putHeader("ts-target-ip", Harness.PEER)
                .putHeader("ts-target-port", "80");
    }

    private static HttpClientResponse response(HttpClientRequest request) {
        return ListeningProxy.await(request.send());
    }

    /** Asked for before it can have come. */
    private static String text(HttpClientRequest request) {
        return ListeningProxy.await(request.send().compose(HttpClientResponse::body))
                .toString();
    }

    private static java.net.http.HttpClient jdkClient(java.net.http.HttpClient.Version version) throws Exception {
        java.security.KeyStore trusted = java.security.KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(dir.resolve("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return java.net.http.HttpClient.newBuilder()
                .version(version)
                .sslContext(context)
                .build();
    }

    @Test
    void theJdksClientSpeaksEitherVersion() throws Exception {
        try (ListeningProxy proxy = listen()) {
            for (var version : java.net.http.HttpClient.Version.values()) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:" + proxy.server().port() + "/a?b=c"))
                        .header("ts-target-ip", Harness.PEER)
                        .header("ts-target-port", "80")
                        .header("x-a", "1")
                        .header("x-a", "2")
                        .POST(HttpRequest.BodyPublishers.ofString("content"))
                        .build();
                HttpResponse<String> response = jdkClient(version).send(request, HttpResponse.BodyHandlers.ofString());

                assertEquals(version, response.version());
                assertEquals(200, response.statusCode());
                assertEquals("ok", response.body());
                RawTarget.Received received = proxy.target().last();
                assertEquals("POST /a?b=c HTTP/1.1", received.requestLine());
                assertEquals(List.of("1", "2"), received.values("x-a"));
                assertEquals("content", received.body().toString());
            }
        }
    }

    @Test
    void bodiesOfAnyLengthGoBothWays() {
        String large = "x".repeat(1_000_000);
        try (ListeningProxy proxy = listen()) {
            proxy.target().responds((request, out) -> {
                byte[] body = request.body().getBytes();
                out.write(("HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nConnection: close, x-hop\r\n"
                                + "x-hop: 1\r\nKeep-Alive: timeout=5\r\ntransfer-encoding: chunked\r\n\r\n"
                                + Integer.toHexString(body.length) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(body);
                out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return false;
            });
            HttpClientRequest request = request(client(proxy), HttpMethod.PUT, "/");
            // No field says that there is a body.
            HttpClientResponse response = ListeningProxy.await(request.send(io.vertx.core.buffer.Buffer.buffer(large))
                    .compose(r -> r.body().map(b -> {
                        assertEquals(large, b.toString());
                        return r;
                    })));

            assertEquals(HttpVersion.HTTP_2, response.version());
            assertEquals(List.of("a=1", "b=2"), response.headers().getAll("set-cookie"));
            for (String name : List.of("connection", "keep-alive", "transfer-encoding", "x-hop")) {
                assertFalse(response.headers().contains(name), name);
            }
        }
    }

    @Test
    void theProxysOwnResponsesAreNamedAndTheConnectionGoesOn() throws Exception {
        try (ListeningProxy proxy = listen()) {
            HttpClient client = client(proxy);
            HttpClientResponse refused = response(
                    ListeningProxy.await(client.request(HttpMethod.GET, "/")).putHeader("ts-target-ip", "127.0.0.1"));
            assertEquals(400, refused.statusCode());
            assertTrue(refused.headers().contains("ts-error-name"));
            assertFalse(refused.headers().contains("connection"));

            HttpClientRequest next = request(client, HttpMethod.GET, "/");
            assertEquals(refused.request().connection(), next.connection());
            assertEquals(200, response(next).statusCode());
        }
    }

    @Test
    void eachRequestNeedsTheToken() throws Exception {
        Path tokens = Files.writeString(dir.resolve("tokens"), "token-of-http2-0123456789\n");
        try (ListeningProxy proxy = ListeningProxy.with(64, new Access(Optional.of(tls), Optional.of(tokens)))) {
            HttpClient client = client(proxy);
            assertEquals(401, response(request(client, HttpMethod.GET, "/")).statusCode());
            HttpClientRequest allowed =
                    request(client, HttpMethod.GET, "/").putHeader("authorization", "Bearer token-of-http2-0123456789");
            assertEquals(200, response(allowed).statusCode());
            assertEquals(401, response(request(client, HttpMethod.GET, "/")).statusCode());
            assertEquals(1, proxy.target().received().size());
        }
    }

    @Test
    void thereIsNoHttp2WithoutTls() throws Exception {
        try (ListeningProxy proxy = new ListeningProxy();
                RawCaller caller = proxy.caller()) {
            String reply = caller.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
                    .rest();
            assertTrue(reply.startsWith("HTTP/1."), reply);
        }
    }

    @Test
    void aHundredRequestsAtOnceGetTheirOwnResponses() throws Exception {
        try (ListeningProxy proxy = listen()) {
            proxy.target().responds((request, out) -> {
                String path = request.requestLine().split(" ", -1)[1];
                out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + path.length() + "\r\n\r\n" + path)
                        .getBytes(StandardCharsets.US_ASCII));
                return true;
            });
            HttpClient client = client(proxy);
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
                assertEquals("/" + i, texts.get(i).get(60, TimeUnit.SECONDS));
            }
            assertEquals(1, connections.size());
            Awaitility.await().untilAsserted(() -> assertEquals(100, ends.size()));
            assertTrue(ends.stream().allMatch(Optional::isEmpty), ends.toString());
        }
    }

    @Test
    void aClientThatResetsOneRequestLeavesTheOthers() throws Exception {
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        CountDownLatch go = new CountDownLatch(1);
        try (ListeningProxy proxy = listen()) {
            proxy.target().responds((request, out) -> {
                arrived.add(request.requestLine());
                if (request.requestLine().contains("/kept")) {
                    go.await(30, TimeUnit.SECONDS);
                    out.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkept".getBytes(StandardCharsets.US_ASCII));
                }
                return true;
            });
            HttpClient client = client(proxy);
            var kept = request(client, HttpMethod.GET, "/kept").send().compose(HttpClientResponse::body);
            assertTrue(arrived.poll(30, TimeUnit.SECONDS).contains("/kept"));
            HttpClientRequest left = request(client, HttpMethod.GET, "/left");
            var unused = left.send();
            assertTrue(arrived.poll(30, TimeUnit.SECONDS).contains("/left"));
            left.reset(8);

            assertTrue(proxy.target().awaitEndOfConnection());
            assertEquals(Optional.of("CallerGone"), ends.poll(30, TimeUnit.SECONDS));
            go.countDown();
            assertEquals("kept", ListeningProxy.await(kept).toString());
            assertEquals(Optional.empty(), ends.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aStreamThatNobodyReadsEndsAndTheOthersDoNot() throws Exception {
        try (ListeningProxy proxy = listen(Duration.ofSeconds(2))) {
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
            HttpClient client = client(proxy);
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            HttpClientResponse unread = ListeningProxy.await(
                    request(client, HttpMethod.GET, "/unread").send().onSuccess(response -> response.pause()
                            .exceptionHandler(end::complete)));

            end.get(60, TimeUnit.SECONDS);
            assertTrue(ends.poll(30, TimeUnit.SECONDS).isPresent());
            HttpClientRequest next = request(client, HttpMethod.GET, "/");
            assertEquals(unread.request().connection(), next.connection());
            assertEquals("ok", text(next));
        }
    }

    @Test
    void aRequestThatDoesNotComeWholeEndsAtItsDeadline() throws Exception {
        try (ListeningProxy proxy = listen(Duration.ofMillis(500))) {
            HttpClient client = client(proxy);
            HttpClientRequest slow = request(client, HttpMethod.PUT, "/").putHeader("content-length", "5");
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            slow.exceptionHandler(end::complete);
            var unused = slow.write("ab");

            end.get(60, TimeUnit.SECONDS);
            assertEquals(0, proxy.target().received().size());
            assertEquals(200, response(request(client, HttpMethod.GET, "/")).statusCode());
        }
    }

    @Test
    void connectionsAreCountedAndIdleOnesMakeRoom() throws Exception {
        try (ListeningProxy proxy = ListeningProxy.with(1, access())) {
            HttpClient first = client(proxy);
            HttpClientRequest request = request(first, HttpMethod.GET, "/");
            CountDownLatch closed = new CountDownLatch(1);
            request.connection().closeHandler(gone -> closed.countDown());
            assertEquals("ok", text(request));
            assertEquals(1, proxy.server().connections());

            assertEquals("ok", text(request(client(proxy), HttpMethod.GET, "/")));
            assertTrue(closed.await(30, TimeUnit.SECONDS));
            assertEquals(1, proxy.server().connections());
        }
    }

    @Test
    void stoppingEndsConnectionsBehindTheirResponses() throws Exception {
        try (ListeningProxy proxy = listen()) {
            HttpClient client = client(proxy);
            HttpClientRequest request = request(client, HttpMethod.GET, "/");
            CountDownLatch goneAway = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            request.connection().goAwayHandler(frame -> goneAway.countDown());
            request.connection().closeHandler(gone -> closed.countDown());
            var over = proxy.server().drain();

            assertEquals("ok", text(request));
            assertTrue(goneAway.await(30, TimeUnit.SECONDS));
            assertTrue(closed.await(30, TimeUnit.SECONDS));
            ListeningProxy.await(over);
        }
    }

    /** How requests have ended. */
    private final class Ends implements TrafficMetrics {

        @Override
        public void begun() {}

        @Override
        public void ended(int status, Optional<String> error, Duration duration, long bytesIn, long bytesOut) {
            ends.add(error);
        }
    }
}
