package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a request goes on: the fields that it had and no others, framed anew, and once unless it may go twice. */
class ForwardedRequestTest {

    @RegisterExtension
    static final TestServer proxy = TestProxy.options().listen();

    private static RawClient.ReceivedResponse get(String more) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send("GET / HTTP/1.1\r\n" + TARGET + more + "\r\n").response();
        }
    }

    /** The target here takes no extension for a size, and no trailer for the end. */
    @Test
    void chunksAreFramedAnewAndTrailersDropped() throws Exception {
        proxy.target()
                .responds(RawTarget.bytes(String.join(
                        "\r\n",
                        "HTTP/1.1 200 OK",
                        "transfer-encoding: chunked",
                        "trailer: x-late",
                        "",
                        "0003;a=\"b\"",
                        "abc",
                        "0;c",
                        "x-late: 1",
                        "",
                        "")));
        try (RawClient client = proxy.client()) {
            String all = client.send("POST / HTTP/1.1\r\n" + TARGET + "connection: close\r\n"
                            + "transfer-encoding: chunked\r\ntrailer: content-length\r\n\r\n"
                            + "0001;a=\"b\"\r\nx\r\n2;c\r\nyz\r\n0;d\r\ncontent-length: 9\r\nx-late: 1\r\n\r\n")
                    .readRemaining();

            assertThat(all.endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).as(all).isTrue();
        }
        assertThat(proxy.target().last().body().toString()).isEqualTo("xyz");
        assertThat(proxy.target().last().values("content-length")).isEmpty();
    }

    /** The connection that a first request has left breaks when it is used again. */
    @ParameterizedTest(name = "{0} bytes, {1}")
    @CsvSource({
        "5, content-length, ok",
        "65536, content-length, ok",
        "65537, content-length, ConnectionReset",
        "5, chunked, ConnectionReset"
    })
    void aShortBodyWithALengthIsSentAgainAndAnyOtherOnce(int size, String framing, String outcome) throws Exception {
        AtomicInteger arrived = new AtomicInteger();
        get("").text();
        proxy.target().responds((request, out) -> {
            if (arrived.incrementAndGet() == 1) {
                return false;
            }
            return RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .write(request, out);
        });
        String content = "x".repeat(size);
        String readRemaining = framing.equals("chunked")
                ? "transfer-encoding: chunked\r\n\r\n" + Integer.toHexString(size) + "\r\n" + content + "\r\n0\r\n\r\n"
                : "content-length: " + size + "\r\n\r\n" + content;
        try (RawClient client = proxy.client()) {
            RawClient.ReceivedResponse response =
                    client.send("PUT / HTTP/1.1\r\n" + TARGET + readRemaining).response();

            assertThat(outcome.equals("ok") ? response.text() : response.outcome())
                    .isEqualTo(outcome);
        }
        assertThat(arrived.get()).isEqualTo(outcome.equals("ok") ? 2 : 1);
    }

    @Test
    void nothingIsAdded() throws Exception {
        get("x-mine: 1\r\n");

        assertThat(Set.copyOf(proxy.target().last().headerSection()))
                .isEqualTo(Set.of("GET / HTTP/1.1", "host: " + TestProxy.PEER, "x-mine: 1"));
    }
}
