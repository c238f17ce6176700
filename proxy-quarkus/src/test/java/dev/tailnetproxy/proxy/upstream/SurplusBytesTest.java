package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.HostileTarget;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TlsTerminator;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of a target that belong to no request: they reach no client, and their connection serves nobody else. */
class SurplusBytesTest {

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final String STRAY = "HTTP/1.1 200 OK\r\nx-stray: 1\r\ncontent-length: 5\r\n\r\nstray";
    private static final String NEXT = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext";

    /** More than the sockets between proxy and target hold. */
    private static final int LARGE = 64 * 1024 * 1024;

    @TempDir
    static Path dir;

    private static Path certificate;

    private final RawTarget target = new RawTarget(RawTarget.bytes(OK));

    /** The certificate is issued before JUnit makes an instance. */
    @SuppressWarnings("NullAway.Init")
    private final TlsTerminator tls = new TlsTerminator(certificate, target.port());

    private final CountDownLatch finished = new CountDownLatch(1);
    private TestProxy proxy = start(16);

    @BeforeAll
    static void issue() {
        certificate = new TestCertificates(dir).selfSigned("target", "target.test");
    }

    private TestProxy start(int connections) {
        TestProxy started = TestProxy.options()
                .insecure(TestProxy.PEER + ":443")
                .maxConnections(connections)
                .start();
        started.socks().route(TestProxy.PEER, 80, target.port());
        started.socks().route(TestProxy.PEER, 443, tls.port());
        return started;
    }

    @AfterEach
    void stop() {
        finished.countDown();
        proxy.close();
        tls.close();
        target.close();
    }

    static Stream<HostileTarget> talkative() {
        return HostileTarget.talkative();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("talkative")
    void surplusBytesReachNoOtherClient(HostileTarget hostile) throws Exception {
        assertDiscarded(hostile, 80);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("talkative")
    void surplusBytesReachNoOtherClientOverTls(HostileTarget hostile) throws Exception {
        assertDiscarded(hostile, 443);
    }

    private void assertDiscarded(HostileTarget hostile, int port) throws Exception {
        target.responds(hostile.response(finished));
        ProxyResponse first =
                proxy.call(hostile.method()).to(TestProxy.PEER, port).send();
        assertThat(outcome(first)).isEqualTo(hostile.status());
        assertThat(TestProxy.text(first)).isEqualTo(hostile.body());
        assertThat(first.headers().all("x-stray")).isEmpty();

        target.responds(RawTarget.bytes(NEXT));
        finished.countDown();
        if (hostile.isLate()) {
            assertThat(target.awaitConnectionEnd())
                    .as("the connection is open although a byte has come on it")
                    .isTrue();
        }
        for (String method : List.of("POST", "GET")) {
            assertNextResponse(proxy.call(method).to(TestProxy.PEER, port).send());
        }
        assertThat(target.connections()).isEqualTo(2);
        assertThat(target.received().stream()
                        .map(request -> request.requestLine().split(" ", -1)[0])
                        .toList())
                .as("what the target was asked")
                .isEqualTo(List.of(hostile.method(), "POST", "GET"));
    }

    private static void assertNextResponse(ProxyResponse response) {
        assertThat(outcome(response)).isEqualTo("200");
        assertThat(TestProxy.text(response)).isEqualTo("next");
        assertThat(response.headers().all("x-stray")).isEmpty();
    }

    /** The pool gives the connection on in the moment in which the response ends. */
    @Test
    void surplusBytesReachNoWaitingClient() throws Exception {
        proxy.close();
        proxy = start(1);
        target.responds((request, out) -> {
            finished.await();
            boolean first = request.values("x-client").contains("first");
            out.write((first ? OK + STRAY : NEXT).getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        Future<ProxyResponse> first =
                proxy.call("POST").header("x-client", "first").begin();
        Future<ProxyResponse> second =
                proxy.call("POST").header("x-client", "second").begin();
        finished.countDown();

        assertThat(TestProxy.text(TestProxy.await(first))).isEqualTo("ok");
        assertNextResponse(TestProxy.await(second));
        assertThat(target.received()).hasSize(2);
    }

    /** What was sent before is the response's own, also while nobody has read it. */
    @Test
    void surplusBytesKeepUnreadResponse() throws Exception {
        target.responds(
                RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n" + "x".repeat(20_000) + STRAY));
        Body.Streamed body = (Body.Streamed) proxy.call("GET").open().body();

        assertThat(target.awaitConnectionEnd()).isTrue();

        StringBuilder read = new StringBuilder();
        Future<Void> ended = Future.future(promise -> {
            body.stream().exceptionHandler(promise::tryFail);
            body.stream().endHandler(promise::tryComplete);
            body.stream().handler(piece -> read.append(piece.toString()));
        });
        body.stream().resume();
        ended.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(read).hasToString("x".repeat(20_000));
    }

    /** They are what the target takes for a request, when it reads on behind the header section. */
    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 302, 400, 401, 403, 413, 417, 500, 503})
    void unreadRequestBodyMakesConnectionUnusable(int status) {
        target.respondsBeforeBody(RawTarget.bytes("HTTP/1.1 " + status + " X\r\ncontent-length: 0\r\n\r\n"));
        byte[] smuggled = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(outcome(proxy.call("POST").body(Body.of(smuggled)).send())).isEqualTo(Integer.toString(status));
        target.responds(RawTarget.bytes(NEXT));

        assertNextResponse(proxy.call("POST").send());
        assertThat(target.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 443})
    void earlyResponseMakesConnectionUnusable(int port) {
        target.respondsBeforeBody((request, out) -> {
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            finished.await();
            return false;
        });

        assertThat(TestProxy.text(proxy.call("POST")
                        .to(TestProxy.PEER, port)
                        .body(Body.of(new byte[LARGE]))
                        .send()))
                .isEqualTo("ok");
        target.responds(RawTarget.bytes(NEXT));

        assertNextResponse(proxy.call("POST").to(TestProxy.PEER, port).send());
        assertThat(target.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close, x", "x, close", "x\r\nconnection: close"})
    void closingResponseEndsConnection(String option) {
        target.responds(
                RawTarget.bytes("HTTP/1.1 200 OK\r\nconnection: " + option + "\r\ncontent-length: 2\r\n\r\nok"));

        assertThat(TestProxy.text(proxy.get())).isEqualTo("ok");
        target.responds(RawTarget.bytes(NEXT));

        assertNextResponse(proxy.call("POST").send());
        assertThat(target.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "transfer-encoding:CHUNKED",
                "transfer-encoding:\tchunked\t ",
                "transfer-encoding : chunked"
            })
    void chunksAreNotSurplus(String field) {
        target.responds(RawTarget.bytes("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n2;x=y\r\nok\r\n0\r\na: b\r\n\r\n"));

        for (int i = 0; i < 3; i++) {
            assertThat(TestProxy.text(proxy.get())).isEqualTo("ok");
        }
        assertThat(target.connections()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD|200|content-length: 5",
                "HEAD|200|transfer-encoding: chunked",
                "GET|304|content-length: 5",
                "GET|204|x: y",
                "GET|204|content-length: 0",
                "POST|200|content-length: 0"
            })
    void bodilessResponseKeepsConnection(String line) {
        String[] parts = line.split("\\|", -1);
        target.responds(RawTarget.bytes("HTTP/1.1 " + parts[1] + " X\r\n" + parts[2] + "\r\n\r\n"));

        for (int i = 0; i < 3; i++) {
            assertThat(outcome(proxy.call(parts[0]).send())).isEqualTo(parts[1]);
        }
        assertThat(target.connections()).isOne();
    }
}
