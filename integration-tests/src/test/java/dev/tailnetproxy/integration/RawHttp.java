package dev.tailnetproxy.integration;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageReader;
import dev.tailnetproxy.testkit.HttpMessageWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends requests exactly as a test writes them, each on a connection of its own.
 *
 * @param address the server
 */
record RawHttp(URI address) {

    private static final int TIMEOUT_MILLIS = 60_000;

    /** The response to a request with these field lines, with {@code host} before and the body's length behind them. */
    HttpMessage send(String method, String requestTarget, List<String> fieldLines, byte[] body) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + requestTarget + " HTTP/1.1");
        lines.add("host: " + address.getAuthority());
        lines.addAll(fieldLines);
        if (body.length > 0) {
            lines.add("content-length: " + body.length);
        }
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            new HttpMessageWriter(socket.getOutputStream()).write(new HttpMessage(new HeaderSection(lines), body));
            return new HttpMessageReader(new BufferedInputStream(socket.getInputStream()))
                    .readResponse(method.equals("HEAD"));
        }
    }
}
