package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.Answer;
import dev.tailnetproxy.proxy.support.Events;
import dev.tailnetproxy.proxy.support.Invoker;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStandIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole function, event in and event out, through the extension's own reading and writing of events. Each test is a
 * way in which the extension's virtual HTTP connection would have changed the request or the answer.
 */
@QuarkusTest
@WithTestResource(TailnetStandIn.class)
class LambdaAdapterTest {

    private final TailnetStandIn tailnet = TailnetStandIn.current();

    @BeforeEach
    void quiet() {
        tailnet.target().reset();
        tailnet.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        tailnet.socks().forgetDials();
    }

    private static Events get(String target) {
        return Events.get(target).target(TailnetStandIn.PEER, 80);
    }

    /** Lines of the answer, the body behind an empty one. */
    private void targetAnswers(String... lines) {
        tailnet.target().responds(RawTarget.bytes(String.join("\r\n", lines)));
    }

    @Test
    void queryGoesOnAsSent() {
        Answer answer = Invoker.invoke(get("/a%2Fb/../c?a=1&a=2&b=%2B%20"));

        assertEquals(200, answer.status());
        assertEquals("ok", answer.text());
        assertEquals(
                "GET /a%2Fb/../c?a=1&a=2&b=%2B%20 HTTP/1.1",
                tailnet.target().last().requestLine());
    }

    @Test
    void everyByteValueGoesUpAndDown() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        tailnet.target().responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 256\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(request.body().getBytes());
            return true;
        });

        Answer answer = Invoker.invoke(
                Events.request("POST", "/").target(TailnetStandIn.PEER, 80).bytes(all));

        assertArrayEquals(all, tailnet.target().last().body().getBytes());
        assertArrayEquals(all, answer.body());
        assertEquals(List.of("256"), tailnet.target().last().values("content-length"));
        assertEquals(List.of(), tailnet.target().last().values("transfer-encoding"));
    }

    @Test
    void cookiesBothWays() {
        targetAnswers(
                "HTTP/1.1 200 OK",
                "Set-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
                "Set-Cookie: b=2",
                "content-length: 0",
                "",
                "");

        Answer answer = Invoker.invoke(get("/").cookie("x=1").cookie("y=2"));

        assertEquals(List.of("x=1; y=2"), tailnet.target().last().values("cookie"));
        assertEquals(List.of("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"), answer.cookies());
        assertNull(answer.header("set-cookie"));
    }

    @Test
    void headerValuesKeepTheirCommas() {
        Invoker.invoke(get("/").header("if-modified-since", "Wed, 21 Oct 2026 07:28:00 GMT")
                .header("x-only-commas", ",,,"));

        assertEquals(
                List.of("Wed, 21 Oct 2026 07:28:00 GMT"),
                tailnet.target().last().values("if-modified-since"));
        assertEquals(List.of(",,,"), tailnet.target().last().values("x-only-commas"));
    }

    @Test
    void repeatedHeadersOfTheAnswerBecomeOneList() {
        targetAnswers(
                "HTTP/1.1 401 X", "WWW-Authenticate: Basic", "WWW-Authenticate: Bearer", "content-length: 0", "", "");

        assertEquals("Basic, Bearer", Invoker.invoke(get("/")).header("www-authenticate"));
    }

    @Test
    void chunkedAnswerGetsALength() {
        targetAnswers(
                "HTTP/1.1 200 OK",
                "Transfer-Encoding: chunked",
                "Trailer: x",
                "",
                "3",
                "abc",
                "2",
                "de",
                "0",
                "x: y",
                "",
                "");

        Answer answer = Invoker.invoke(get("/"));

        assertEquals("abcde", answer.text());
        assertEquals("5", answer.header("content-length"));
        assertNull(answer.header("transfer-encoding"));
    }

    @Test
    void interimAnswersAreSwallowed() {
        targetAnswers(
                "HTTP/1.1 103 Early Hints",
                "Link: </a>",
                "",
                "HTTP/1.1 100 Continue",
                "",
                "HTTP/1.1 200 OK",
                "content-length: 2",
                "",
                "ok");

        Answer answer = Invoker.invoke(get("/"));

        assertEquals(200, answer.status());
        assertEquals("ok", answer.text());
    }

    @Test
    void headKeepsTheLengthAndHasNoBody() {
        targetAnswers("HTTP/1.1 200 OK", "content-length: 1234", "", "");

        Answer answer = Invoker.invoke(Events.request("HEAD", "/").target(TailnetStandIn.PEER, 80));

        assertEquals("1234", answer.header("content-length"));
        assertEquals(0, answer.body().length);
    }

    @Test
    void anErrorHasNoBodyForHeadEither() {
        Answer get = Invoker.invoke(get("/").target("127.0.0.1", 80));
        Answer head = Invoker.invoke(Events.request("HEAD", "/").target("127.0.0.1", 80));

        assertError(head, 403, "TargetNotAllowed");
        assertEquals(0, head.body().length);
        assertEquals(get.header("content-length"), head.header("content-length"));
        assertEquals(Integer.toString(get.body().length), head.header("content-length"));
    }

    @Test
    void noContentHasNoLength() {
        targetAnswers("HTTP/1.1 204 No Content", "", "");

        Answer answer = Invoker.invoke(get("/"));

        assertEquals(204, answer.status());
        assertNull(answer.header("content-length"));
    }

    @Test
    void compressedJsonStaysCompressed() {
        targetAnswers(
                "HTTP/1.1 200 OK",
                "Content-Type: application/json",
                "Content-Encoding: gzip",
                "content-length: 4",
                "",
                "\u001f\u008b\u0008\u0000");

        Answer answer = Invoker.invoke(get("/"));

        assertArrayEquals(new byte[] {0x1f, (byte) 0x8b, 8, 0}, answer.body());
        assertTrue(answer.base64());
        assertEquals("4", answer.header("content-length"));
    }

    @Test
    void signatureAndForwardingOfTheCallAreTakenAway() {
        Invoker.invoke(get("/").header("authorization", "AWS4-HMAC-SHA256 call")
                .header("x-amz-date", "20260101T000000Z")
                .header("x-amz-security-token", "token")
                .header("x-amz-content-sha256", "hash")
                .header("ts-authorization", "Bearer target")
                .header("connection", "x-mine, close")
                .header("x-mine", "1")
                .header("te", "trailers")
                .header("transfer-encoding", "chunked"));

        RawTarget.Received seen = tailnet.target().last();
        assertEquals(List.of("Bearer target"), seen.values("authorization"));
        for (String name : List.of(
                "x-amz-date",
                "x-amz-security-token",
                "x-amz-content-sha256",
                "x-forwarded-for",
                "x-forwarded-proto",
                "x-forwarded-port",
                "x-amzn-trace-id",
                "connection",
                "x-mine",
                "te",
                "transfer-encoding",
                "content-length",
                "ts-authorization",
                "ts-target-ip",
                "ts-target-port")) {
            assertEquals(List.of(), seen.values(name), name);
        }
        assertEquals(List.of(TailnetStandIn.PEER), seen.values("host"));
    }

    @Test
    void loopbackIsRefusedAndNotDialled() {
        Answer answer = Invoker.invoke(Events.get("/").target("127.0.0.1", 9001));

        assertError(answer, 403, "TargetNotAllowed");
        assertEquals(List.of(), tailnet.socks().dials());
    }

    @Test
    void missingTarget() {
        Answer answer = Invoker.invoke(Events.get("/"));

        assertError(answer, 400, "MissingTarget");
        assertEquals(answer.header("ts-error-message"), answer.header("ts-error"));
    }

    @Test
    void refusedPort() {
        assertError(
                Invoker.invoke(Events.get("/").target(TailnetStandIn.PEER, TailnetStandIn.REFUSED_PORT)),
                502,
                "ConnectionRefused");
    }

    @Test
    void theFunctionsOwnTimeCountsBeforeTheCallersTimeout() {
        tailnet.target().responds((request, out) -> true);

        assertError(Invoker.invoke(get("/").header("ts-timeout-ms", "999999999").json(), 700), 504, "Timeout");
    }

    @Test
    void whatIsNoHttpEventIsAnsweredAsABadRequest() {
        assertError(Invoker.invoke("{\"warm\":true}"), 400, "InvalidHeader");
        assertError(Invoker.invoke(get("/").raw("body", "a\nb").raw("isBase64Encoded", true)), 400, "InvalidHeader");
        assertError(Invoker.invoke(get("/a b")), 400, "InvalidTarget");
        assertError(Invoker.invoke(get("/").header("x-a", "1\r\nx-b: 2")), 400, "InvalidHeader");
        assertEquals(List.of(), tailnet.socks().dials());
    }

    @Test
    void connectionIsKept() {
        Invoker.invoke(get("/1"));
        int connections = tailnet.target().connections();
        Invoker.invoke(get("/2"));

        assertEquals(connections, tailnet.target().connections());
        assertEquals(2, tailnet.target().received().size());
    }

    private static void assertError(Answer answer, int status, String name) {
        assertEquals(name, answer.header("ts-error-name"));
        assertEquals(status, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertFalse(answer.header("ts-error-message").isEmpty());
    }
}
