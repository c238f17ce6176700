package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Certificates;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.HostileTarget;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TlsFront;
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
    private final TlsFront tls = new TlsFront(certificate, target.port());
    private final CountDownLatch over = new CountDownLatch(1);
    private Harness proxy = start(16);

    @BeforeAll
    static void issue() {
        certificate = new Certificates(dir).selfSigned("target", "target.test");
    }

    private Harness start(int connections) {
        Harness started = Harness.options()
                .insecure(Harness.PEER + ":443")
                .maxConnections(connections)
                .start();
        started.socks().route(Harness.PEER, 80, target.port());
        started.socks().route(Harness.PEER, 443, tls.port());
        return started;
    }

    @AfterEach
    void stop() {
        over.countDown();
        proxy.close();
        tls.close();
        target.close();
    }

    static Stream<HostileTarget> talkative() {
        return HostileTarget.talkative();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("talkative")
    void reachNoOtherClient(HostileTarget hostile) throws Exception {
        assertAreNobodys(hostile, 80);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("talkative")
    void reachNoOtherClientOverTls(HostileTarget hostile) throws Exception {
        assertAreNobodys(hostile, 443);
    }

    private void assertAreNobodys(HostileTarget hostile, int port) throws Exception {
        target.responds(hostile.answer(over));
        ProxyResponse first =
                proxy.call(hostile.method()).to(Harness.PEER, port).send();
        assertEquals(hostile.status(), outcome(first));
        assertEquals(hostile.body(), Harness.text(first));
        assertEquals(List.of(), first.headers().all("x-stray"));

        target.responds(RawTarget.bytes(NEXT));
        over.countDown();
        if (hostile.isLate()) {
            assertTrue(target.awaitEndOfConnection(), "the connection is open although a byte has come on it");
        }
        for (String method : List.of("POST", "GET")) {
            assertIsNext(proxy.call(method).to(Harness.PEER, port).send());
        }
        assertEquals(2, target.connections());
        assertEquals(
                List.of(hostile.method(), "POST", "GET"),
                target.received().stream()
                        .map(request -> request.requestLine().split(" ", -1)[0])
                        .toList(),
                "what the target was asked");
    }

    private static void assertIsNext(ProxyResponse response) {
        assertEquals("200", outcome(response));
        assertEquals("next", Harness.text(response));
        assertEquals(List.of(), response.headers().all("x-stray"));
    }

    /** The pool gives the connection on in the moment in which the response ends. */
    @Test
    void reachNoClientThatWaitsForTheConnection() throws Exception {
        proxy.close();
        proxy = start(1);
        target.responds((request, out) -> {
            over.await();
            boolean first = request.values("x-client").contains("first");
            out.write((first ? OK + STRAY : NEXT).getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        Future<ProxyResponse> first =
                proxy.call("POST").header("x-client", "first").begin();
        Future<ProxyResponse> second =
                proxy.call("POST").header("x-client", "second").begin();
        over.countDown();

        assertEquals("ok", Harness.text(Harness.await(first)));
        assertIsNext(Harness.await(second));
        assertEquals(2, target.received().size());
    }

    /** What was sent before is the response's own, also while nobody has read it. */
    @Test
    void takeNothingFromAResponseThatIsStillToBeRead() throws Exception {
        target.responds(
                RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n" + "x".repeat(20_000) + STRAY));
        Body.Streamed body = (Body.Streamed) proxy.call("GET").open().body();

        assertTrue(target.awaitEndOfConnection());

        StringBuilder read = new StringBuilder();
        Future<Void> ended = Future.future(promise -> {
            body.stream().exceptionHandler(promise::tryFail);
            body.stream().endHandler(promise::tryComplete);
            body.stream().handler(piece -> read.append(piece.toString()));
        });
        body.stream().resume();
        ended.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertEquals("x".repeat(20_000), read.toString());
    }

    /** They are what the target takes for a request, when it reads on behind the header section. */
    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 302, 400, 401, 403, 413, 417, 500, 503})
    void areWhatMayFollowAResponseWithoutTheRequestsBody(int status) {
        target.respondsAtTheHead(RawTarget.bytes("HTTP/1.1 " + status + " X\r\ncontent-length: 0\r\n\r\n"));
        byte[] smuggled = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        assertEquals(
                Integer.toString(status),
                outcome(proxy.call("POST").body(Body.of(smuggled)).send()));
        target.responds(RawTarget.bytes(NEXT));

        assertIsNext(proxy.call("POST").send());
        assertEquals(2, target.connections());
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 443})
    void areWhatIsLeftOfABodyWhoseResponseCameBeforeItWasSent(int port) {
        target.respondsAtTheHead((request, out) -> {
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            over.await();
            return false;
        });

        assertEquals(
                "ok",
                Harness.text(proxy.call("POST")
                        .to(Harness.PEER, port)
                        .body(Body.of(new byte[LARGE]))
                        .send()));
        target.responds(RawTarget.bytes(NEXT));

        assertIsNext(proxy.call("POST").to(Harness.PEER, port).send());
        assertEquals(2, target.connections());
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close, x", "x, close", "x\r\nconnection: close"})
    void areNotWaitedForBehindAResponseThatIsTheLast(String option) {
        target.responds(
                RawTarget.bytes("HTTP/1.1 200 OK\r\nconnection: " + option + "\r\ncontent-length: 2\r\n\r\nok"));

        assertEquals("ok", Harness.text(proxy.get()));
        target.responds(RawTarget.bytes(NEXT));

        assertIsNext(proxy.call("POST").send());
        assertEquals(2, target.connections());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "transfer-encoding:CHUNKED",
                "transfer-encoding:\tchunked\t ",
                "transfer-encoding : chunked"
            })
    void areNotTheChunksOfAResponse(String field) {
        target.responds(RawTarget.bytes("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n2;x=y\r\nok\r\n0\r\na: b\r\n\r\n"));

        for (int i = 0; i < 3; i++) {
            assertEquals("ok", Harness.text(proxy.get()));
        }
        assertEquals(1, target.connections());
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
    void areNotExpectedWhereAResponseHasNoBody(String line) {
        String[] parts = line.split("\\|", -1);
        target.responds(RawTarget.bytes("HTTP/1.1 " + parts[1] + " X\r\n" + parts[2] + "\r\n\r\n"));

        for (int i = 0; i < 3; i++) {
            assertEquals(parts[1], outcome(proxy.call(parts[0]).send()));
        }
        assertEquals(1, target.connections());
    }
}
