package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.Http2Requesting.client;
import static dev.tailnetproxy.proxy.server.Http2Requesting.request;
import static dev.tailnetproxy.proxy.server.Http2Requesting.response;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 on the HTTP port, which is offered beside HTTP/1.1 where the port speaks TLS. */
class Http2ServerTest {

    private static ServerCertificate certificate;

    private final Vertx vertx = Vertx.vertx();

    @BeforeAll
    static void certify(@TempDir Path dir) throws Exception {
        certificate = ServerCertificate.in(dir);
    }

    @AfterEach
    void stop() {
        TestServer.await(vertx.close());
    }

    private static TestServer listen() {
        return certificate.options().listen();
    }

    @Test
    void jdkClientUsesBothVersions() throws Exception {
        try (TestServer proxy = listen()) {
            for (var version : java.net.http.HttpClient.Version.values()) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:" + proxy.server().port() + "/a?b=c"))
                        .header("ts-target-ip", TestProxy.PEER)
                        .header("ts-target-port", "80")
                        .header("x-a", "1")
                        .header("x-a", "2")
                        .POST(HttpRequest.BodyPublishers.ofString("content"))
                        .build();
                HttpResponse<String> response = java.net.http.HttpClient.newBuilder()
                        .version(version)
                        .sslContext(certificate.trusting())
                        .build()
                        .send(request, HttpResponse.BodyHandlers.ofString());

                assertThat(response.version()).isEqualTo(version);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("ok");
                RawTarget.ReceivedRequest received = proxy.target().last();
                assertThat(received.requestLine()).isEqualTo("POST /a?b=c HTTP/1.1");
                assertThat(received.values("x-a")).isEqualTo(List.of("1", "2"));
                assertThat(received.body().toString()).isEqualTo("content");
            }
        }
    }

    @Test
    void bodiesAreForwardedInBothDirections() {
        String large = "x".repeat(1_000_000);
        try (TestServer proxy = listen()) {
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
            HttpClientRequest request = request(client(vertx, proxy), HttpMethod.PUT, "/");
            // No field says that there is a body.
            HttpClientResponse response = TestServer.await(request.send(io.vertx.core.buffer.Buffer.buffer(large))
                    .compose(r -> r.body().map(b -> {
                        assertThat(b.toString()).isEqualTo(large);
                        return r;
                    })));

            assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
            assertThat(response.headers().getAll("set-cookie")).isEqualTo(List.of("a=1", "b=2"));
            for (String name : List.of("connection", "keep-alive", "transfer-encoding", "x-hop")) {
                assertThat(response.headers().contains(name)).as(name).isFalse();
            }
        }
    }

    @Test
    void errorResponsesKeepConnectionOpen() throws Exception {
        try (TestServer proxy = listen()) {
            HttpClient client = client(vertx, proxy);
            HttpClientResponse refused = response(
                    TestServer.await(client.request(HttpMethod.GET, "/")).putHeader("ts-target-ip", "127.0.0.1"));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.headers().contains("ts-error-name")).isTrue();
            assertThat(refused.headers().contains("connection")).isFalse();

            HttpClientRequest next = request(client, HttpMethod.GET, "/");
            assertThat(next.connection()).isEqualTo(refused.request().connection());
            assertThat(response(next).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void everyRequestNeedsToken(@TempDir Path dir) throws Exception {
        Path tokens = Files.writeString(dir.resolve("tokens"), "token-of-http2-0123456789\n");
        try (TestServer proxy =
                TestProxy.options().access(certificate.access(tokens)).listen()) {
            HttpClient client = client(vertx, proxy);
            assertThat(response(request(client, HttpMethod.GET, "/")).statusCode())
                    .isEqualTo(401);
            HttpClientRequest allowed =
                    request(client, HttpMethod.GET, "/").putHeader("authorization", "Bearer token-of-http2-0123456789");
            assertThat(response(allowed).statusCode()).isEqualTo(200);
            assertThat(response(request(client, HttpMethod.GET, "/")).statusCode())
                    .isEqualTo(401);
            assertThat(proxy.target().received()).hasSize(1);
        }
    }

    @Test
    void clientsNeedACertificateOfTheAuthority() throws Exception {
        TestCertificates certificates = certificate.certificates();
        Path known = certificates.issue("client", "client.test", "-1d");
        Path expired = certificates.issue("expired", "client.test", "-20d");
        Path stranger = certificates.selfSigned("stranger", "client.test");
        try (TestServer proxy = TestProxy.options().access(certificate.mutual()).listen()) {
            assertThat(end(proxy, Optional.of(known))).isEqualTo("200");
            for (Optional<Path> shown : List.of(Optional.<Path>empty(), Optional.of(expired), Optional.of(stranger))) {
                assertThat(end(proxy, shown)).as(shown.toString()).isEqualTo("none");
            }
            assertThat(proxy.target().received()).hasSize(1);
        }
    }

    /** Where it shows this certificate; "none" where it can't send a request. */
    private String end(TestServer proxy, Optional<Path> shown) throws Exception {
        HttpClientOptions options = RawHttp2Client.options();
        shown.ifPresent(store -> options.setKeyCertOptions(
                new PfxOptions().setPath(store.toString()).setPassword(TestCertificates.PASSWORD)));
        RawHttp2Client client;
        try {
            client = new RawHttp2Client(vertx, proxy.server().port(), options);
        } catch (AssertionError e) {
            return "none";
        }
        client.send(RawHttp2Client.headers(), true);
        return client.end();
    }

    @Test
    void http2RequiresTls() throws Exception {
        try (TestServer proxy = TestProxy.options().listen();
                RawClient client = proxy.client()) {
            String response = client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
                    .readRemaining();
            assertThat(response.startsWith("HTTP/1.")).as(response).isTrue();
        }
    }
}
