package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/1.0: each gets one response, and the end of its connection. */
class Http10Test {

    @RegisterExtension
    static final TestServer proxy = new TestServer();

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
    void http10ConnectionCloses(String method, String option, String port) throws IOException {
        try (RawClient client = proxy.client()) {
            client.send(method + " / HTTP/1.0\r\n" + TARGET.replace(": 80\r", ": " + port + "\r")
                    + "x-mine: 1\r\nconnection: " + option.replace("|", "\r\n") + "\r\n\r\n");
            RawClient.ReceivedResponse response = client.response(method.equals("HEAD"));

            assertEquals(List.of("close"), response.values("connection"));
            assertEquals(List.of(), response.values("keep-alive"));
            assertEquals("", client.readRemaining());
        }
        if (option.contains("x-mine")) {
            assertEquals(List.of(), proxy.target().last().values("x-mine"), "it is of this connection only");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"content-length: x", "content-length: -1", "a b: c", "content-length: 1\r\ncontent-length: 2"})
    void invalidHttp10RequestClosesConnection(String field) throws IOException {
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.0\r\n" + TARGET + "connection: keep-alive\r\n" + field + "\r\n\r\n");
            RawClient.ReceivedResponse response = client.response(false);

            assertEquals(List.of("close"), response.values("connection"));
            assertEquals(List.of(), response.values("keep-alive"));
            assertEquals("", client.readRemaining());
        }
    }

    @Test
    void http10ClientGetsContentLength() throws IOException {
        proxy.target()
                .responds(
                        RawTarget.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (RawClient client = proxy.client()) {
            String response =
                    client.send("GET / HTTP/1.0\r\n" + TARGET + "\r\n").readRemaining();

            assertTrue(response.contains("content-length: 3"), response);
            assertTrue(response.endsWith("\r\n\r\nabc"), response);
        }
    }
}
