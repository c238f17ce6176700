package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.SeededRandom;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
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
    static final TestServer proxy = TestProxy.options().listen();

    private static RawClient.ReceivedResponse get(String more) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send("GET / HTTP/1.1\r\n" + TARGET + more + "\r\n").response();
        }
    }

    @Test
    void requestIsForwardedUnchanged() throws Exception {
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send(
                            "PATCH /a%2Fb/../c//d?x=1&x=2&e=%20+&y HTTP/1.1\r\n" + TARGET
                                    + "accept: a, b\r\naccept: c\r\ncookie: a=1; b=2\r\nts-authorization: Bearer t\r\n"
                                    + "content-length: 3\r\nx-latin: \u00e4\r\n\r\n\u0000\u00ff!")
                    .response();

            assertThat(response.text()).isEqualTo("ok");
        }
        RawTarget.ReceivedRequest received = proxy.target().last();
        assertThat(received.requestLine()).isEqualTo("PATCH /a%2Fb/../c//d?x=1&x=2&e=%20+&y HTTP/1.1");
        assertThat(received.values("accept")).isEqualTo(List.of("a, b", "c"));
        assertThat(received.values("cookie")).isEqualTo(List.of("a=1; b=2"));
        assertThat(received.values("authorization")).isEqualTo(List.of("Bearer t"));
        assertThat(received.values("x-latin")).isEqualTo(List.of("\u00e4"));
        assertThat(received.values("host")).isEqualTo(List.of(TestProxy.PEER));
        assertThat(received.values("ts-target-ip")).isEmpty();
        assertThat(received.body().getBytes()).containsExactly(new byte[] {0, (byte) 0xff, '!'});
    }

    @Test
    void cookiesAreJoinedAndSignatureRemoved() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("GET /x?a=1&X-Amz-Security-Token=t&X%2DAmz-Signature=0 HTTP/1.1\r\n" + TARGET
                            + "cookie: a=1\r\ncookie: b=2\r\n\r\n")
                    .response();
        }

        assertThat(proxy.target().last().requestLine()).isEqualTo("GET /x?a=1 HTTP/1.1");
        assertThat(proxy.target().last().values("cookie")).isEqualTo(List.of("a=1; b=2"));
    }

    @Test
    void responseIsReturnedUnchanged() throws Exception {
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

        RawClient.ReceivedResponse response = get("");

        assertThat(response.status()).isEqualTo(207);
        assertThat(response.values("set-cookie")).isEqualTo(List.of("a=1", "b=2"));
        assertThat(response.values("link")).isEqualTo(List.of("<x>", "<y>"));
        assertThat(response.values("ts-error-name")).isEmpty();
        assertThat(response.body().getBytes()).containsExactly(new byte[] {0x1f, (byte) 0x8b, 0});
    }

    @ParameterizedTest(name = "{0} responded by {1}")
    @CsvSource({
        "HEAD, HTTP/1.1 200 OK|content-length: 5||, 5",
        "GET, HTTP/1.1 304 Not Modified|content-length: 5|etag: a||, 5",
        "GET, HTTP/1.1 204 No Content||, ''",
        "HEAD, HTTP/1.1 404 Not Found|content-length: 7||, 7"
    })
    void bodilessResponseKeepsFieldsAndConnection(String method, String targetResponse, String length)
            throws Exception {
        proxy.target().responds(RawTarget.bytes(targetResponse.replace("|", "\r\n")));
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response =
                    client.send(method + " / HTTP/1.1\r\n" + TARGET + "\r\n").response(true);

            assertThat(String.join("", response.values("content-length"))).isEqualTo(length);

            proxy.resetTarget();
            assertThat(client.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n")
                            .response()
                            .text())
                    .isEqualTo("ok");
        }
    }

    @Test
    void largeBodiesStreamInBothDirections() throws Exception {
        Random random = SeededRandom.random(ProxyServerTest.class);
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
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send(
                            "PUT / HTTP/1.1\r\n" + TARGET + "content-length: " + up.length + "\r\n\r\n")
                    .send(up)
                    .response();

            assertThat(response.body().getBytes()).containsExactly(down);
        }
        assertThat(proxy.target().last().body().getBytes()).containsExactly(up);
    }

    @Test
    void chunkedBodiesStreamInBothDirections() throws Exception {
        proxy.target()
                .responds(
                        RawTarget.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send("POST / HTTP/1.1\r\n" + TARGET
                            + "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n")
                    .response();

            assertThat(response.text()).isEqualTo("abc");
        }
        assertThat(proxy.target().last().body().toString()).isEqualTo("xyz");
    }

    @Test
    void expect100ContinueGets100() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\n" + TARGET + "expect: 100-continue\r\ncontent-length: 3\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(100);
            assertThat(client.send("abc").response().text()).isEqualTo("ok");
        }
        assertThat(proxy.target().last().body().toString()).isEqualTo("abc");
        assertThat(proxy.target().last().values("expect"))
                .as("the proxy has responded to it")
                .isEmpty();
    }

    /** HTTP/1.0 has no interim responses, and what else may be expected is not met (RFC 9110 section 10.1.1). */
    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 100-continue", "HTTP/1.1, x-other", "HTTP/1.1, ''"})
    void http10ExpectationIsIgnored(String version, String expectation) throws Exception {
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send("POST / " + version + "\r\n" + TARGET + "expect: "
                            + expectation + "\r\ncontent-length: 3\r\n\r\nabc")
                    .response();

            assertThat(response.text()).isEqualTo("ok");
        }
        assertThat(proxy.target().last().body().toString()).isEqualTo("abc");
        assertThat(proxy.target().last().values("expect")).isEmpty();
    }

    @Test
    void pipelinedResponsesKeepOrder() throws Exception {
        proxy.target().responds((request, out) -> {
            String path = request.requestLine().split(" ", -1)[1];
            out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + path.length() + "\r\n\r\n" + path)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        try (RawClient client = proxy.client()) {
            client.send("GET /1 HTTP/1.1\r\n" + TARGET + "\r\nGET /2 HTTP/1.1\r\n" + TARGET + "\r\n");

            assertThat(List.of(client.response().text(), client.response().text()))
                    .isEqualTo(List.of("/1", "/2"));
        }
    }

    @Test
    void errorHasNameAndProblem() throws Exception {
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response =
                    client.send("GET / HTTP/1.1\r\nhost: proxy\r\n\r\n").response();

            assertThat(response.outcome()).isEqualTo("MissingTarget");
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.values("content-type")).isEqualTo(List.of("application/problem+json"));
        }
    }

    @Test
    void truncatedResponseIsNotCompleted() throws Exception {
        proxy.target().responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            return false;
        });
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n");

            assertThatExceptionOfType(EOFException.class).isThrownBy(client::response);
        }
    }

    @ParameterizedTest
    @CsvSource({"connection: content-length|content-length: 2, ok", "content-length: 0000000000000000002, ok"})
    void responseHasOneFraming(String fields, String body) throws Exception {
        proxy.target().responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + fields.replace("|", "\r\n") + "\r\n\r\nok")
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });

        RawClient.ReceivedResponse response = get("");

        assertThat(response.text()).isEqualTo(body);
        assertThat(response.values("content-length").size()
                        + response.values("transfer-encoding").size())
                .isOne();
    }

    /** The caller goes on sending much while the response is there already. */
    @Test
    void earlyResponseToUploadIsDelivered() throws Exception {
        byte[] upload = new byte[3_000_000];
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nhost: proxy\r\nts-target-ip: 127.0.0.1\r\nts-target-port: 80\r\n"
                    + "content-length: " + upload.length + "\r\n\r\n");
            RawClient.ReceivedResponse response = client.send(upload).response();

            assertThat(response.outcome()).isEqualTo("TargetNotAllowed");
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            assertThat(client.readRemaining()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc"})
    void earlyTargetResponseIsForwarded(String started) throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        proxy.target().respondsBeforeBody((request, out) -> {
            out.write("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            finished.await();
            return false;
        });
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 1000000\r\n\r\n" + started);

            assertThat(client.response().status()).isEqualTo(413);
            assertThat(client.readRemaining())
                    .as("the connection ends, as the rest of the body is of no use")
                    .isEqualTo("");
        } finally {
            finished.countDown();
        }
    }
}
