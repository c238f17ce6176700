package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Certificates;
import dev.tailnetproxy.proxy.support.Harness;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of targets are checked, unless the operator says otherwise for a target. */
class TlsTest {

    private static final String NAME = "web.tailnet.test";

    @TempDir
    static Path dir;

    private static Vertx vertx;
    private static Path bundle;
    private static int good;
    private static int expired;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        Certificates authority = new Certificates(dir);
        bundle = authority.authority();
        good = serve(authority.issue("good", NAME, "-1d"), true);
        expired = serve(authority.issue("old", NAME, "-30d"), false);
    }

    @AfterAll
    static void stop() {
        vertx.close();
    }

    private static int serve(Path certificate, boolean http2) throws Exception {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(http2)
                .setSni(true)
                .setKeyCertOptions(
                        new PfxOptions().setPath(certificate.toString()).setPassword(Certificates.PASSWORD));
        HttpServer server = vertx.createHttpServer(options)
                .requestHandler(request -> request.response()
                        .putHeader("x-version", request.version().name())
                        .putHeader("x-authority", String.valueOf(request.authority()))
                        .end(String.valueOf(request.connection().indicatedServerName())))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        return server.actualPort();
    }

    private static Harness proxy(Harness.Options options, int port) {
        Harness proxy = options.start();
        proxy.socks().route(Harness.PEER, 443, port);
        return proxy;
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused() {
        try (Harness proxy = proxy(Harness.options(), good)) {
            assertEquals(
                    "TlsFailure",
                    outcome(proxy.call("GET")
                            .to(Harness.PEER, 443)
                            .header("ts-host", NAME)
                            .send()));
        }
    }

    @Test
    void theBundleIsTrustedForTheRightName() {
        try (Harness proxy = proxy(Harness.options().caBundle(bundle), good)) {
            ProxyResponse response = proxy.call("GET")
                    .to(Harness.PEER, 443)
                    .header("ts-host", NAME)
                    .send();
            assertEquals("200", outcome(response));
            assertEquals("HTTP_2", response.headers().first("x-version").orElse(""));
            assertEquals(NAME, Harness.text(response), "SNI");
            assertTrue(response.headers().first("x-authority").orElse("").startsWith(NAME));

            assertEquals(
                    "200",
                    outcome(proxy.call("GET")
                            .to(Harness.PEER, 443)
                            .header("ts-tls-server-name", NAME)
                            .send()));
            assertEquals(
                    "TlsFailure",
                    outcome(proxy.call("GET")
                            .to(Harness.PEER, 443)
                            .header("ts-host", "other.tailnet.test")
                            .send()));
            assertEquals(
                    "TlsFailure",
                    outcome(proxy.call("GET").to(Harness.PEER, 443).send()),
                    "the certificate is not for the address");
        }
    }

    @Test
    void anExpiredCertificateIsRefused() {
        try (Harness proxy = proxy(Harness.options().caBundle(bundle), expired)) {
            assertEquals(
                    "TlsFailure",
                    outcome(proxy.call("GET")
                            .to(Harness.PEER, 443)
                            .header("ts-host", NAME)
                            .send()));
        }
    }

    @Test
    void onlyTheListedTargetGoesUnchecked() {
        try (Harness proxy = proxy(Harness.options().insecure(Harness.PEER + ":443"), expired)) {
            proxy.socks().route(Harness.PEER, 8443, expired);

            assertEquals("200", outcome(proxy.call("GET").to(Harness.PEER, 443).send()));
            assertEquals(
                    "TlsFailure",
                    outcome(proxy.call("GET")
                            .to(Harness.PEER, 8443)
                            .header("ts-https", "true")
                            .send()));
        }
    }
}
