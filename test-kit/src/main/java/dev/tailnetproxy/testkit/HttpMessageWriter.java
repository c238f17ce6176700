package dev.tailnetproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes HTTP/1.1 messages exactly as given; only chunks are made here. */
public final class HttpMessageWriter {

    private static final String CRLF = "\r\n";
    private static final int MAX_CHUNK_BYTES = 1000;

    private final OutputStream out;

    /** @param out gets each message in one piece */
    public HttpMessageWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes a message; its body and its trailers come in chunks if its header section says so. */
    public void write(HttpMessage message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : message.headerSection().lines()) {
            append(line + CRLF, bytes);
        }
        append(CRLF, bytes);
        if (message.headerSection().isChunked()) {
            appendChunks(message, bytes);
        } else {
            bytes.writeBytes(message.body());
        }
        bytes.writeTo(out);
        out.flush();
    }

    private static void appendChunks(HttpMessage message, ByteArrayOutputStream bytes) {
        byte[] body = message.body();
        for (int from = 0; from < body.length; from += MAX_CHUNK_BYTES) {
            int length = Math.min(MAX_CHUNK_BYTES, body.length - from);
            append(Integer.toHexString(length) + CRLF, bytes);
            bytes.write(body, from, length);
            append(CRLF, bytes);
        }
        append("0" + CRLF, bytes);
        message.trailers().forEach(trailer -> append(trailer + CRLF, bytes));
        append(CRLF, bytes);
    }

    private static void append(String text, ByteArrayOutputStream bytes) {
        bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
