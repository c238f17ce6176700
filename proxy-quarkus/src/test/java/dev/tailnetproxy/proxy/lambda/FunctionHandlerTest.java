package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
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

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("ok");
        assertThat(tailnet.target().last().requestLine()).isEqualTo("GET /a%2Fb/../c?a=1&a=2&b=%2B%20 HTTP/1.1");
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

        assertThat(tailnet.target().last().body().getBytes()).containsExactly(all);
        assertThat(response.body()).containsExactly(all);
        assertThat(tailnet.target().last().values("content-length")).isEqualTo(List.of("256"));
        assertThat(tailnet.target().last().values("transfer-encoding")).isEmpty();
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

        assertThat(tailnet.target().last().values("cookie")).isEqualTo(List.of("x=1; y=2"));
        assertThat(response.cookies()).isEqualTo(List.of("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"));
        assertThat(response.header("set-cookie")).isNull();
    }

    @Test
    void headerValuesKeepCommas() {
        FunctionInvoker.invoke(get("/").header("if-modified-since", "Wed, 21 Oct 2026 07:28:00 GMT")
                .header("x-only-commas", ",,,"));

        assertThat(tailnet.target().last().values("if-modified-since"))
                .isEqualTo(List.of("Wed, 21 Oct 2026 07:28:00 GMT"));
        assertThat(tailnet.target().last().values("x-only-commas")).isEqualTo(List.of(",,,"));
    }

    @Test
    void repeatedResponseHeadersAreJoined() {
        targetResponds(
                "HTTP/1.1 401 X", "WWW-Authenticate: Basic", "WWW-Authenticate: Bearer", "content-length: 0", "", "");

        assertThat(FunctionInvoker.invoke(get("/")).header("www-authenticate")).isEqualTo("Basic, Bearer");
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

        assertThat(response.text()).isEqualTo("abcde");
        assertThat(response.header("content-length")).isEqualTo("5");
        assertThat(response.header("transfer-encoding")).isNull();
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

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("ok");
    }

    @Test
    void headResponseKeepsContentLength() {
        targetResponds("HTTP/1.1 200 OK", "content-length: 1234", "", "");

        FunctionResponse response =
                FunctionInvoker.invoke(FunctionEventBuilder.request("HEAD", "/").target(TestTailnet.PEER, 80));

        assertThat(response.header("content-length")).isEqualTo("1234");
        assertThat(response.body().length).isZero();
    }

    @Test
    void noContentHasNoContentLength() {
        targetResponds("HTTP/1.1 204 No Content", "", "");

        FunctionResponse response = FunctionInvoker.invoke(get("/"));

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("content-length")).isNull();
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

        assertThat(response.body()).containsExactly(new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertThat(response.base64()).isTrue();
        assertThat(response.header("content-length")).isEqualTo("4");
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
        assertThat(seen.values("authorization")).isEqualTo(List.of("Bearer target"));
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
            assertThat(seen.values(name)).as(name).isEmpty();
        }
        assertThat(seen.values("host")).isEqualTo(List.of(TestTailnet.PEER));
    }

    @Test
    void connectionIsReused() {
        FunctionInvoker.invoke(get("/1"));
        int connections = tailnet.target().connections();
        FunctionInvoker.invoke(get("/2"));

        assertThat(tailnet.target().connections()).isEqualTo(connections);
        assertThat(tailnet.target().received()).hasSize(2);
    }
}
