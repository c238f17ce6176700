package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.FunctionEventBuilder;
import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestTailnet;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole function, event in and event out, as the extension's handler class calls it. Each test is a
 * way in which the extension's virtual HTTP connection would have changed the request or the response.
 */
@QuarkusTest
@WithTestResource(TestTailnet.class)
class FunctionHandlerTest {

    private final TestTailnet tailnet = TestTailnet.current();

    @BeforeEach
    void quiet() {
        tailnet.target().reset();
        tailnet.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        tailnet.socks().clearDials();
    }

    private static FunctionEventBuilder get(String target) {
        return FunctionEventBuilder.get(target).target(TestTailnet.PEER, 80);
    }

    /** Lines of the response, the body behind an empty one. */
    private void targetResponds(String... lines) {
        tailnet.target().responds(RawTarget.bytes(String.join("\r\n", lines)));
    }

    @Test
    void queryIsForwardedUnchanged() {
        FunctionResponse response = FunctionInvoker.invoke(get("/a%2Fb/../c?a=1&a=2&b=%2B%20"));

        assertEquals(200, response.status());
        assertEquals("ok", response.text());
        assertEquals(
                "GET /a%2Fb/../c?a=1&a=2&b=%2B%20 HTTP/1.1",
                tailnet.target().last().requestLine());
    }

    @Test
    void binaryBodiesAreForwarded() {
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

        FunctionResponse response = FunctionInvoker.invoke(FunctionEventBuilder.request("POST", "/")
                .target(TestTailnet.PEER, 80)
                .bytes(all));

        assertArrayEquals(all, tailnet.target().last().body().getBytes());
        assertArrayEquals(all, response.body());
        assertEquals(List.of("256"), tailnet.target().last().values("content-length"));
        assertEquals(List.of(), tailnet.target().last().values("transfer-encoding"));
    }

    @Test
    void cookiesAreForwardedInBothDirections() {
        targetResponds(
                "HTTP/1.1 200 OK",
                "Set-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
                "Set-Cookie: b=2",
                "content-length: 0",
                "",
                "");

        FunctionResponse response =
                FunctionInvoker.invoke(get("/").cookie("x=1").cookie("y=2"));

        assertEquals(List.of("x=1; y=2"), tailnet.target().last().values("cookie"));
        assertEquals(List.of("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"), response.cookies());
        assertNull(response.header("set-cookie"));
    }

    @Test
    void headerValuesKeepCommas() {
        FunctionInvoker.invoke(get("/").header("if-modified-since", "Wed, 21 Oct 2026 07:28:00 GMT")
                .header("x-only-commas", ",,,"));

        assertEquals(
                List.of("Wed, 21 Oct 2026 07:28:00 GMT"),
                tailnet.target().last().values("if-modified-since"));
        assertEquals(List.of(",,,"), tailnet.target().last().values("x-only-commas"));
    }

    @Test
    void repeatedResponseHeadersAreJoined() {
        targetResponds(
                "HTTP/1.1 401 X", "WWW-Authenticate: Basic", "WWW-Authenticate: Bearer", "content-length: 0", "", "");

        assertEquals("Basic, Bearer", FunctionInvoker.invoke(get("/")).header("www-authenticate"));
    }

    @Test
    void chunkedResponseGetsContentLength() {
        targetResponds(
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

        FunctionResponse response = FunctionInvoker.invoke(get("/"));

        assertEquals("abcde", response.text());
        assertEquals("5", response.header("content-length"));
        assertNull(response.header("transfer-encoding"));
    }

    @Test
    void interimResponsesAreDropped() {
        targetResponds(
                "HTTP/1.1 103 Early Hints",
                "Link: </a>",
                "",
                "HTTP/1.1 100 Continue",
                "",
                "HTTP/1.1 200 OK",
                "content-length: 2",
                "",
                "ok");

        FunctionResponse response = FunctionInvoker.invoke(get("/"));

        assertEquals(200, response.status());
        assertEquals("ok", response.text());
    }

    @Test
    void headResponseKeepsContentLength() {
        targetResponds("HTTP/1.1 200 OK", "content-length: 1234", "", "");

        FunctionResponse response =
                FunctionInvoker.invoke(FunctionEventBuilder.request("HEAD", "/").target(TestTailnet.PEER, 80));

        assertEquals("1234", response.header("content-length"));
        assertEquals(0, response.body().length);
    }

    @Test
    void headErrorResponseHasNoBody() {
        FunctionResponse get = FunctionInvoker.invoke(get("/").target("127.0.0.1", 80));
        FunctionResponse headerSection =
                FunctionInvoker.invoke(FunctionEventBuilder.request("HEAD", "/").target("127.0.0.1", 80));

        assertError(headerSection, 403, "TargetNotAllowed");
        assertEquals(0, headerSection.body().length);
        assertEquals(get.header("content-length"), headerSection.header("content-length"));
        assertEquals(Integer.toString(get.body().length), headerSection.header("content-length"));
    }

    @Test
    void noContentHasNoContentLength() {
        targetResponds("HTTP/1.1 204 No Content", "", "");

        FunctionResponse response = FunctionInvoker.invoke(get("/"));

        assertEquals(204, response.status());
        assertNull(response.header("content-length"));
    }

    @Test
    void compressedBodyIsUnchanged() {
        targetResponds(
                "HTTP/1.1 200 OK",
                "Content-Type: application/json",
                "Content-Encoding: gzip",
                "content-length: 4",
                "",
                "\u001f\u008b\u0008\u0000");

        FunctionResponse response = FunctionInvoker.invoke(get("/"));

        assertArrayEquals(new byte[] {0x1f, (byte) 0x8b, 8, 0}, response.body());
        assertTrue(response.base64());
        assertEquals("4", response.header("content-length"));
    }

    @Test
    void signatureAndForwardedHeadersAreRemoved() {
        FunctionInvoker.invoke(get("/").header("authorization", "AWS4-HMAC-SHA256 call")
                .header("x-amz-date", "20260101T000000Z")
                .header("x-amz-security-token", "token")
                .header("x-amz-content-sha256", "hash")
                .header("ts-authorization", "Bearer target")
                .header("connection", "x-mine, close")
                .header("x-mine", "1")
                .header("te", "trailers")
                .header("transfer-encoding", "chunked"));

        RawTarget.ReceivedRequest seen = tailnet.target().last();
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
        assertEquals(List.of(TestTailnet.PEER), seen.values("host"));
    }

    @Test
    void loopbackIsRejected() {
        FunctionResponse response =
                FunctionInvoker.invoke(FunctionEventBuilder.get("/").target("127.0.0.1", 9001));

        assertError(response, 403, "TargetNotAllowed");
        assertEquals(List.of(), tailnet.socks().dials());
    }

    @Test
    void missingTargetIsRejected() {
        FunctionResponse response = FunctionInvoker.invoke(FunctionEventBuilder.get("/"));

        assertError(response, 400, "MissingTarget");
        assertEquals(response.header("ts-error-message"), response.header("ts-error"));
    }

    @Test
    void refusedPortIsConnectionRefused() {
        assertError(
                FunctionInvoker.invoke(
                        FunctionEventBuilder.get("/").target(TestTailnet.PEER, TestTailnet.REFUSED_PORT)),
                502,
                "ConnectionRefused");
    }

    @Test
    void functionDeadlineAppliesBeforeClientTimeout() {
        tailnet.target().responds((request, out) -> true);

        assertError(
                FunctionInvoker.invoke(
                        get("/").header("ts-timeout-ms", "999999999").json(), 700),
                504,
                "Timeout");
    }

    @Test
    void nonHttpEventIsBadRequest() {
        assertError(FunctionInvoker.invoke("{\"warm\":true}"), 400, "InvalidHeader");
        assertError(
                FunctionInvoker.invoke(get("/").raw("body", "a\nb").raw("isBase64Encoded", true)),
                400,
                "InvalidHeader");
        assertError(FunctionInvoker.invoke(get("/a b")), 400, "InvalidTarget");
        assertError(FunctionInvoker.invoke(get("/").header("x-a", "1\r\nx-b: 2")), 400, "InvalidHeader");
        assertEquals(List.of(), tailnet.socks().dials());
    }

    @Test
    void connectionIsReused() {
        FunctionInvoker.invoke(get("/1"));
        int connections = tailnet.target().connections();
        FunctionInvoker.invoke(get("/2"));

        assertEquals(connections, tailnet.target().connections());
        assertEquals(2, tailnet.target().received().size());
    }

    private static void assertError(FunctionResponse response, int status, String name) {
        assertEquals(name, response.header("ts-error-name"));
        assertEquals(status, response.status());
        assertEquals("application/problem+json", response.header("content-type"));
        assertFalse(response.header("ts-error-message").isEmpty());
    }
}
