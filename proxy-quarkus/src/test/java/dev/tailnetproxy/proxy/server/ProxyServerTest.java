package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    static final TestServer proxy = new TestServer();

    private static RawClient.ReceivedResponse get(String more) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send("GET / HTTP/1.1\r\n" + TARGET + more + "\r\n").response();
        }
    }

    @Test
    void requestIsForwardedUnchanged() throws IOException {
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send(
                            "PATCH /a%2Fb/../c//d?x=1&x=2&e=%20+&y HTTP/1.1\r\n" + TARGET
                                    + "accept: a, b\r\naccept: c\r\ncookie: a=1; b=2\r\nts-authorization: Bearer t\r\n"
                                    + "content-length: 3\r\nx-latin: \u00e4\r\n\r\n\u0000\u00ff!")
                    .response();

            assertEquals("ok", response.text());
        }
        RawTarget.ReceivedRequest received = proxy.target().last();
        assertEquals("PATCH /a%2Fb/../c//d?x=1&x=2&e=%20+&y HTTP/1.1", received.requestLine());
        assertEquals(List.of("a, b", "c"), received.values("accept"));
        assertEquals(List.of("a=1; b=2"), received.values("cookie"));
        assertEquals(List.of("Bearer t"), received.values("authorization"));
        assertEquals(List.of("\u00e4"), received.values("x-latin"));
        assertEquals(List.of(TestProxy.PEER), received.values("host"));
        assertEquals(List.of(), received.values("ts-target-ip"));
        assertArrayEquals(new byte[] {0, (byte) 0xff, '!'}, received.body().getBytes());
    }

    @Test
    void cookiesAreJoinedAndSignatureRemoved() throws IOException {
        try (RawClient client = proxy.client()) {
            client.send("GET /x?a=1&X-Amz-Security-Token=t&X%2DAmz-Signature=0 HTTP/1.1\r\n" + TARGET
                            + "cookie: a=1\r\ncookie: b=2\r\n\r\n")
                    .response();
        }

        assertEquals("GET /x?a=1 HTTP/1.1", proxy.target().last().requestLine());
        assertEquals(List.of("a=1; b=2"), proxy.target().last().values("cookie"));
    }

    @Test
    void responseIsReturnedUnchanged() throws IOException {
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

        assertEquals(207, response.status());
        assertEquals(List.of("a=1", "b=2"), response.values("set-cookie"));
        assertEquals(List.of("<x>", "<y>"), response.values("link"));
        assertEquals(List.of(), response.values("ts-error-name"));
        assertArrayEquals(new byte[] {0x1f, (byte) 0x8b, 0}, response.body().getBytes());
    }

    @ParameterizedTest(name = "{0} responded by {1}")
    @CsvSource({
        "HEAD, HTTP/1.1 200 OK|content-length: 5||, 5",
        "GET, HTTP/1.1 304 Not Modified|content-length: 5|etag: a||, 5",
        "GET, HTTP/1.1 204 No Content||, ''",
        "HEAD, HTTP/1.1 404 Not Found|content-length: 7||, 7"
    })
    void bodilessResponseKeepsFieldsAndConnection(String method, String targetResponse, String length)
            throws IOException {
        proxy.target().responds(RawTarget.bytes(targetResponse.replace("|", "\r\n")));
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response =
                    client.send(method + " / HTTP/1.1\r\n" + TARGET + "\r\n").response(true);

            assertEquals(length, String.join("", response.values("content-length")));

            proxy.resetTarget();
            assertEquals(
                    "ok",
                    client.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n")
                            .response()
                            .text());
        }
    }

    @Test
    void largeBodiesStreamInBothDirections() throws IOException {
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

            assertArrayEquals(down, response.body().getBytes());
        }
        assertArrayEquals(up, proxy.target().last().body().getBytes());
    }

    @Test
    void chunkedBodiesStreamInBothDirections() throws IOException {
        proxy.target()
                .responds(
                        RawTarget.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send("POST / HTTP/1.1\r\n" + TARGET
                            + "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n")
                    .response();

            assertEquals("abc", response.text());
        }
        assertEquals("xyz", proxy.target().last().body().toString());
    }

    @Test
    void expect100ContinueGets100() throws IOException {
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\n" + TARGET + "expect: 100-continue\r\ncontent-length: 3\r\n\r\n");
            assertEquals(100, client.response().status());
            assertEquals("ok", client.send("abc").response().text());
        }
        assertEquals("abc", proxy.target().last().body().toString());
        assertEquals(List.of(), proxy.target().last().values("expect"), "the proxy has responded to it");
    }

    /** HTTP/1.0 has no interim responses, and what else may be expected is not met (RFC 9110 section 10.1.1). */
    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 100-continue", "HTTP/1.1, x-other", "HTTP/1.1, ''"})
    void http10ExpectationIsIgnored(String version, String expectation) throws IOException {
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response = client.send("POST / " + version + "\r\n" + TARGET + "expect: "
                            + expectation + "\r\ncontent-length: 3\r\n\r\nabc")
                    .response();

            assertEquals("ok", response.text());
        }
        assertEquals("abc", proxy.target().last().body().toString());
        assertEquals(List.of(), proxy.target().last().values("expect"));
    }

    @Test
    void pipelinedResponsesKeepOrder() throws IOException {
        proxy.target().responds((request, out) -> {
            String path = request.requestLine().split(" ", -1)[1];
            out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + path.length() + "\r\n\r\n" + path)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        try (RawClient client = proxy.client()) {
            client.send("GET /1 HTTP/1.1\r\n" + TARGET + "\r\nGET /2 HTTP/1.1\r\n" + TARGET + "\r\n");

            assertEquals(
                    List.of("/1", "/2"),
                    List.of(client.response().text(), client.response().text()));
        }
    }

    @Test
    void errorHasNameAndProblem() throws IOException {
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response =
                    client.send("GET / HTTP/1.1\r\nhost: proxy\r\n\r\n").response();

            assertEquals("MissingTarget", response.outcome());
            assertEquals(400, response.status());
            assertEquals(List.of("application/problem+json"), response.values("content-type"));
        }
    }

    @Test
    void truncatedResponseIsNotCompleted() throws IOException {
        proxy.target().responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            return false;
        });
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n");

            assertThrows(EOFException.class, client::response);
        }
    }

    @ParameterizedTest
    @CsvSource({"connection: content-length|content-length: 2, ok", "content-length: 0000000000000000002, ok"})
    void responseHasOneFraming(String fields, String body) throws IOException {
        proxy.target().responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + fields.replace("|", "\r\n") + "\r\n\r\nok")
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });

        RawClient.ReceivedResponse response = get("");

        assertEquals(body, response.text());
        assertEquals(
                1,
                response.values("content-length").size()
                        + response.values("transfer-encoding").size());
    }

    /** The caller goes on sending much while the response is there already. */
    @Test
    void earlyResponseToUploadIsDelivered() throws IOException {
        byte[] upload = new byte[3_000_000];
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nhost: proxy\r\nts-target-ip: 127.0.0.1\r\nts-target-port: 80\r\n"
                    + "content-length: " + upload.length + "\r\n\r\n");
            RawClient.ReceivedResponse response = client.send(upload).response();

            assertEquals("TargetNotAllowed", response.outcome());
            assertEquals(List.of("close"), response.values("connection"));
            assertEquals("", client.readRemaining());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc"})
    void earlyTargetResponseIsForwarded(String started) throws IOException {
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

            assertEquals(413, client.response().status());
            assertEquals("", client.readRemaining(), "the connection ends, as the rest of the body is of no use");
        } finally {
            finished.countDown();
        }
    }
}
