package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What is sent through the function, to a {@link SocksTarget}. */
public enum FunctionPayload {
    /** A small response. */
    GET("1 KB GET", "GET", 0, 1024),

    /** A large response, in base64 on its way back. */
    RESPONSE("1 MB response", "GET", 0, 1024 * 1024),

    /** A large request, in base64 on its way in. */
    REQUEST("1 MB request", "POST", 1024 * 1024, 0);

    /** Any address of a tailnet; all of them are the target's. */
    static final String ADDRESS = "100.64.0.7";

    static final int PORT = 80;

    /** Few enough that a large body is measured in seconds. */
    private static final int LARGE_ROUNDS = 200;

    private static final int SMALL_ROUNDS = 3000;

    private final String title;
    private final String method;
    private final int requestBytes;
    private final int responseBytes;

    FunctionPayload(String title, String method, int requestBytes, int responseBytes) {
        this.title = title;
        this.method = method;
        this.requestBytes = requestBytes;
        this.responseBytes = responseBytes;
    }

    /** How the table calls it. */
    public String title() {
        return title;
    }

    /** How often a step is measured; half as often is it done before. */
    public int rounds() {
        return requestBytes + responseBytes > 64 * 1024 ? LARGE_ROUNDS : SMALL_ROUNDS;
    }

    /** The event that Lambda makes of it. */
    public byte[] event() {
        return event(ADDRESS, PORT);
    }

    /** The event that Lambda makes of it, for another target. */
    public byte[] event(String address, int port) {
        FunctionEventBuilder event = FunctionEventBuilder.request(method, path())
                .target(address, port)
                .header("authorization", "AWS4-HMAC-SHA256 x")
                .header("accept", "*/*")
                .principal("arn:aws:sts::123456789012:assumed-role/orders/session");
        return requestBytes > 0 ? event.bytes(requestBody()).utf8() : event.utf8();
    }

    /** The same without Lambda and proxy. */
    byte[] direct() {
        if (requestBytes == 0) {
            return KeepAliveConnection.get(path());
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                ("POST " + path() + " HTTP/1.1\r\nhost: target\r\ncontent-length: " + requestBytes + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(requestBody());
        return request.toByteArray();
    }

    /** The body's base64 in the event, or no bytes. */
    byte[] encodedRequestBody() {
        return Base64.getEncoder().encode(requestBody());
    }

    byte[] responseBody() {
        return new byte[responseBytes];
    }

    private String path() {
        return "/" + responseBytes;
    }

    private byte[] requestBody() {
        return new byte[requestBytes];
    }
}
