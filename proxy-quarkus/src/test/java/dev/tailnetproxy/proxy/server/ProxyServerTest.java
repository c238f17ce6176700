package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.ListeningProxy.TARGET;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.Seeded;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy on an HTTP port: what goes through, byte by byte on both sides. */
class ProxyServerTest {

    @RegisterExtension
    static final ListeningProxy proxy = new ListeningProxy();

    private static RawCaller.Reply get(String more) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            return caller.send("GET / HTTP/1.1\r\n" + TARGET + more + "\r\n").reply();
        }
    }

    @Test
    void aRequestGoesThroughAsItWasSent() throws IOException {
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply = caller.send("PATCH /a%2Fb/../c//d?x=1&x=2&e=%20+&y HTTP/1.1\r\n" + TARGET
                            + "accept: a, b\r\naccept: c\r\ncookie: a=1; b=2\r\nts-authorization: Bearer t\r\n"
                            + "content-length: 3\r\nx-latin: \u00e4\r\n\r\n\u0000\u00ff!")
                    .reply();

            assertEquals("ok", reply.text());
        }
        RawTarget.Received received = proxy.target().last();
        assertEquals("PATCH /a%2Fb/../c//d?x=1&x=2&e=%20+&y HTTP/1.1", received.requestLine());
        assertEquals(List.of("a, b", "c"), received.values("accept"));
        assertEquals(List.of("a=1; b=2"), received.values("cookie"));
        assertEquals(List.of("Bearer t"), received.values("authorization"));
        assertEquals(List.of("\u00e4"), received.values("x-latin"));
        assertEquals(List.of(Harness.PEER), received.values("host"));
        assertEquals(List.of(), received.values("ts-target-ip"));
        assertArrayEquals(new byte[] {0, (byte) 0xff, '!'}, received.body().getBytes());
    }

    @Test
    void cookiesBecomeOneFieldAndTheSignatureOfACallDoesNotGoOn() throws IOException {
        try (RawCaller caller = proxy.caller()) {
            caller.send("GET /x?a=1&X-Amz-Security-Token=t&X%2DAmz-Signature=0 HTTP/1.1\r\n" + TARGET
                            + "cookie: a=1\r\ncookie: b=2\r\n\r\n")
                    .reply();
        }

        assertEquals("GET /x?a=1 HTTP/1.1", proxy.target().last().requestLine());
        assertEquals(List.of("a=1; b=2"), proxy.target().last().values("cookie"));
    }

    @Test
    void anAnswerComesBackAsItWasSent() throws IOException {
        proxy.target()
                .responds(RawTarget.bytes(String.join(
                        "\r\n",
                        "HTTP/1.1 207 Multi",
                        "set-cookie: a=1",
                        "set-cookie: b=2",
                        "link: <x>",
                        "link: <y>",
                        "content-encoding: gzip",
                        "ts-error-name: fake",
                        "content-length: 3",
                        "",
                        "\u001f\u008b\u0000")));

        RawCaller.Reply reply = get("");

        assertEquals(207, reply.status());
        assertEquals(List.of("a=1", "b=2"), reply.values("set-cookie"));
        assertEquals(List.of("<x>", "<y>"), reply.values("link"));
        assertEquals(List.of(), reply.values("ts-error-name"));
        assertArrayEquals(new byte[] {0x1f, (byte) 0x8b, 0}, reply.body().getBytes());
    }

    @ParameterizedTest(name = "{0} answered by {1}")
    @CsvSource({
        "HEAD, HTTP/1.1 200 OK|content-length: 5||, 5",
        "GET, HTTP/1.1 304 Not Modified|content-length: 5|etag: a||, 5",
        "GET, HTTP/1.1 204 No Content||, ''",
        "HEAD, HTTP/1.1 404 Not Found|content-length: 7||, 7"
    })
    void anAnswerWithoutBodyKeepsItsFieldsAndTheConnection(String method, String answer, String length)
            throws IOException {
        proxy.target().responds(RawTarget.bytes(answer.replace("|", "\r\n")));
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply =
                    caller.send(method + " / HTTP/1.1\r\n" + TARGET + "\r\n").reply(true);

            assertEquals(length, String.join("", reply.values("content-length")));

            proxy.beAsNew();
            assertEquals(
                    "ok",
                    caller.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n").reply().text());
        }
    }

    @Test
    void largeBodiesFlowBothWays() throws IOException {
        Random random = Seeded.random(ProxyServerTest.class);
        byte[] up = new byte[5_000_000];
        byte[] down = new byte[20_000_000];
        random.nextBytes(up);
        random.nextBytes(down);
        proxy.target().responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + down.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(down);
            return true;
        });
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply = caller.send(
                            "PUT / HTTP/1.1\r\n" + TARGET + "content-length: " + up.length + "\r\n\r\n")
                    .send(up)
                    .reply();

            assertArrayEquals(down, reply.body().getBytes());
        }
        assertArrayEquals(up, proxy.target().last().body().getBytes());
    }

    @Test
    void chunksGoThroughBothWays() throws IOException {
        proxy.target()
                .responds(
                        RawTarget.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply = caller.send("POST / HTTP/1.1\r\n" + TARGET
                            + "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n")
                    .reply();

            assertEquals("abc", reply.text());
        }
        assertEquals("xyz", proxy.target().last().body().toString());
    }

    @Test
    void aCallerThatExpects100ContinueGetsIt() throws IOException {
        try (RawCaller caller = proxy.caller()) {
            caller.send("POST / HTTP/1.1\r\n" + TARGET + "expect: 100-continue\r\ncontent-length: 3\r\n\r\n");
            assertEquals(100, caller.reply().status());
            assertEquals("ok", caller.send("abc").reply().text());
        }
        assertEquals("abc", proxy.target().last().body().toString());
        assertEquals(List.of(), proxy.target().last().values("expect"), "the proxy has responded to it");
    }

    /** HTTP/1.0 has no interim responses, and what else may be expected is not met (RFC 9110 section 10.1.1). */
    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 100-continue", "HTTP/1.1, x-other", "HTTP/1.1, ''"})
    void anExpectationThatIsNotOfHttp11IsPassedOver(String version, String expectation) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply = caller.send("POST / " + version + "\r\n" + TARGET + "expect: " + expectation
                            + "\r\ncontent-length: 3\r\n\r\nabc")
                    .reply();

            assertEquals("ok", reply.text());
        }
        assertEquals("abc", proxy.target().last().body().toString());
        assertEquals(List.of(), proxy.target().last().values("expect"));
    }

    @Test
    void requestsOnOneConnectionAreAnsweredInOrder() throws IOException {
        proxy.target().responds((request, out) -> {
            String path = request.requestLine().split(" ", -1)[1];
            out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + path.length() + "\r\n\r\n" + path)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        try (RawCaller caller = proxy.caller()) {
            caller.send("GET /1 HTTP/1.1\r\n" + TARGET + "\r\nGET /2 HTTP/1.1\r\n" + TARGET + "\r\n");

            assertEquals(
                    List.of("/1", "/2"),
                    List.of(caller.reply().text(), caller.reply().text()));
        }
    }

    @Test
    void anErrorHasItsNameAndItsProblem() throws IOException {
        try (RawCaller caller = proxy.caller()) {
            RawCaller.Reply reply =
                    caller.send("GET / HTTP/1.1\r\nhost: proxy\r\n\r\n").reply();

            assertEquals("MissingTarget", reply.outcome());
            assertEquals(400, reply.status());
            assertEquals(List.of("application/problem+json"), reply.values("content-type"));
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotMadeToLookWhole() throws IOException {
        proxy.target().responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            return false;
        });
        try (RawCaller caller = proxy.caller()) {
            caller.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n");

            assertThrows(EOFException.class, caller::reply);
        }
    }

    @ParameterizedTest
    @CsvSource({"connection: content-length|content-length: 2, ok", "content-length: 0000000000000000002, ok"})
    void anAnswerHasOneFramingWhateverTheTargetsFields(String fields, String body) throws IOException {
        proxy.target().responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + fields.replace("|", "\r\n") + "\r\n\r\nok")
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });

        RawCaller.Reply reply = get("");

        assertEquals(body, reply.text());
        assertEquals(
                1,
                reply.values("content-length").size()
                        + reply.values("transfer-encoding").size());
    }

    /** The caller goes on sending much while the answer is there already. */
    @Test
    void anAnswerToAnUploadThatNobodyWantsIsNotLostInAReset() throws IOException {
        byte[] upload = new byte[3_000_000];
        try (RawCaller caller = proxy.caller()) {
            caller.send("POST / HTTP/1.1\r\nhost: proxy\r\nts-target-ip: 127.0.0.1\r\nts-target-port: 80\r\n"
                    + "content-length: " + upload.length + "\r\n\r\n");
            RawCaller.Reply reply = caller.send(upload).reply();

            assertEquals("TargetNotAllowed", reply.outcome());
            assertEquals(List.of("close"), reply.values("connection"));
            assertEquals("", caller.rest());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc"})
    void aTargetThatAnswersBeforeTheBodyIsThereIsHeard(String begun) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        proxy.target().respondsAtTheHead((request, out) -> {
            out.write("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            over.await();
            return false;
        });
        try (RawCaller caller = proxy.caller()) {
            caller.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 1000000\r\n\r\n" + begun);

            assertEquals(413, caller.reply().status());
            assertEquals("", caller.rest(), "the connection ends, as the rest of the body is of no use");
        } finally {
            over.countDown();
        }
    }
}
