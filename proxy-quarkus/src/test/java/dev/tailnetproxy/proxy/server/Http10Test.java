package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/1.0: each gets one response, and the end of its connection. */
class Http10Test {

    @RegisterExtension
    static final TestServer proxy = TestProxy.options().listen();

    /** A proxy keeps no connection of HTTP/1.0 (RFC 9112 section 9.3), and does not say that it does. */
    @ParameterizedTest
    @CsvSource({
        "GET, keep-alive, 80",
        "GET, Keep-Alive, 80",
        "HEAD, keep-alive, 80",
        "POST, 'keep-alive, x-mine', 80",
        "POST, 'x-mine|connection: keep-alive', 80",
        "GET, close, 80",
        "GET, keep-alive, 81",
        "GET, keep-alive, 0"
    })
    void http10ConnectionCloses(String method, String option, String port) throws Exception {
        try (RawClient client = proxy.client()) {
            client.send(method + " / HTTP/1.0\r\n" + TARGET.replace(": 80\r", ": " + port + "\r")
                    + "x-mine: 1\r\nconnection: " + option.replace("|", "\r\n") + "\r\n\r\n");
            RawClient.ReceivedResponse response = client.response(method.equals("HEAD"));

            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            assertThat(response.values("keep-alive")).isEmpty();
            assertThat(client.readRemaining()).isEmpty();
        }
        if (option.contains("x-mine")) {
            assertThat(proxy.target().last().values("x-mine"))
                    .as("it is of this connection only")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"content-length: x", "content-length: -1", "a b: c", "content-length: 1\r\ncontent-length: 2"})
    void invalidHttp10RequestClosesConnection(String field) throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.0\r\n" + TARGET + "connection: keep-alive\r\n" + field + "\r\n\r\n");
            RawClient.ReceivedResponse response = client.response(false);

            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            assertThat(response.values("keep-alive")).isEmpty();
            assertThat(client.readRemaining()).isEmpty();
        }
    }

    @Test
    void http10ClientGetsContentLength() throws Exception {
        proxy.target()
                .responds(
                        RawTarget.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (RawClient client = proxy.client()) {
            String response =
                    client.send("GET / HTTP/1.0\r\n" + TARGET + "\r\n").readRemaining();

            assertThat(response.contains("content-length: 3")).as(response).isTrue();
            assertThat(response.endsWith("\r\n\r\nabc")).as(response).isTrue();
        }
    }
}
