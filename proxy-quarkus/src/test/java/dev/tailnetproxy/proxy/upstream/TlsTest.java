package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.HostileTarget;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestProxyOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of targets are checked, unless the operator says otherwise for a target. */
class TlsTest {

    private static final String NAME = "web.tailnet.test";
    /** What the tailnet calls the usual peer. */
    private static final String PEER_NAME = "target.tailnet.test";

    /** Not the one that is dialled. */
    private static final String ADDRESS = "192.168.1.5";

    @TempDir
    static Path dir;

    private static Vertx vertx;
    private static Path bundle;
    /** Ports by what is wrong with the certificate there. */
    private static final Map<String, Integer> PORTS = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        TestCertificates authority = new TestCertificates(dir);
        bundle = authority.authority();
        PORTS.put("nothing", serve(authority.issue("good", NAME, "-1d"), true));
        PORTS.put("nothing, for the peer", serve(authority.issue("peer", PEER_NAME, "-1d"), true));
        PORTS.put("nothing, for an address", serve(authority.issue("address", ADDRESS, "-1d"), true));
        PORTS.put("expired", serve(authority.issue("old", NAME, "-30d"), false));
        PORTS.put("other-name", PORTS.get("nothing, for the peer"));
        PORTS.put("self-signed", serve(authority.selfSigned("alone", NAME), true));
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
                        new PfxOptions().setPath(certificate.toString()).setPassword(TestCertificates.PASSWORD));
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

    /** A proxy to whose port 443 leads a target whose certificate has this wrong with it. */
    private static TestProxy proxy(TestProxyOptions options, String wrong) {
        TestProxy proxy = options.start();
        proxy.socks().route(TestProxy.PEER, 443, port(wrong));
        return proxy;
    }

    private static int port(String wrong) {
        return requireNonNull(PORTS.get(wrong), wrong);
    }

    private static TestProxy.RequestBuilder get(TestProxy proxy) {
        return proxy.call("GET").to(TestProxy.PEER, 443);
    }

    static Stream<HostileTarget> hostile() {
        return HostileTarget.withCertificates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void invalidCertificateIsRejected(HostileTarget target) {
        String fault = target.certificate().orElseThrow();
        try (TestProxy proxy = proxy(TestProxy.options().caBundle(bundle), fault)) {
            assertThat(outcome(get(proxy).header("ts-host", NAME).send())).isEqualTo(target.error());
        }
    }

    @Test
    void unknownAuthorityIsRejected() {
        try (TestProxy proxy = proxy(TestProxy.options(), "nothing")) {
            assertThat(outcome(get(proxy).header("ts-host", NAME).send())).isEqualTo("TlsFailure");
        }
    }

    @Test
    void bundleAuthorityIsTrusted() {
        try (TestProxy proxy = proxy(TestProxy.options().caBundle(bundle), "nothing")) {
            ProxyResponse response = get(proxy).header("ts-host", NAME).send();
            assertThat(outcome(response)).isEqualTo("200");
            assertThat(response.headers().first("x-version").orElse("")).isEqualTo("HTTP_2");
            assertThat(TestProxy.text(response)).as("SNI").isEqualTo(NAME);
            assertThat(response.headers().first("x-authority").orElse("")).startsWith(NAME);

            assertThat(outcome(get(proxy).header("ts-tls-server-name", NAME).send()))
                    .isEqualTo("200");
            assertThat(outcome(get(proxy).send()))
                    .as("the certificate is not for the address")
                    .isEqualTo("TlsFailure");
        }
    }

    @Test
    void certificateIsCheckedForTargetName() {
        try (TestProxy proxy = proxy(TestProxy.options().caBundle(bundle), "nothing, for the peer")) {
            ProxyResponse response = proxy.call("GET").to(PEER_NAME, 443).send();

            assertThat(outcome(response)).isEqualTo("200");
            assertThat(TestProxy.text(response)).as("SNI").isEqualTo(PEER_NAME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ts-host", "ts-tls-server-name"})
    void certificateIsCheckedForNamedAddress(String header) {
        try (TestProxy proxy = proxy(TestProxy.options().caBundle(bundle), "nothing, for an address")) {
            ProxyResponse response = get(proxy).header(header, ADDRESS).send();

            assertThat(outcome(response)).isEqualTo("200");
            assertThat(TestProxy.text(response)).as("an address is no SNI").isEqualTo("null");
            assertThat(outcome(get(proxy).send()))
                    .as("the certificate is not for the dialled address")
                    .isEqualTo("TlsFailure");
        }
    }

    @Test
    void onlyListedTargetIsUnverified() {
        try (TestProxy proxy = proxy(TestProxy.options().insecure(TestProxy.PEER + ":443"), "expired")) {
            proxy.socks().route(TestProxy.PEER, 8443, port("expired"));

            assertThat(outcome(get(proxy).send())).isEqualTo("200");
            assertThat(outcome(proxy.call("GET")
                            .to(TestProxy.PEER, 8443)
                            .header("ts-https", "true")
                            .send()))
                    .isEqualTo("TlsFailure");
        }
    }
}
