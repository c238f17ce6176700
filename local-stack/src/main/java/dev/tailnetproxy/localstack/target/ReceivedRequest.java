package dev.tailnetproxy.localstack.target;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The header section of a request exactly as received, with its request line (RFC 9112 §2 to §5).
 *
 * @param method the method
 * @param requestTarget the request target, untouched
 * @param fields the field lines in order, names as sent
 */
record ReceivedRequest(String method, String requestTarget, List<Map.Entry<String, String>> fields) {

    private static final int LARGEST_LINE = 1 << 20;

    ReceivedRequest {
        fields = List.copyOf(fields);
    }

    /** Reads the next header section; empty when the peer has closed the connection between two requests. */
    static Optional<ReceivedRequest> read(InputStream in) throws IOException {
        Optional<String> requestLine = readLine(in);
        if (requestLine.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = requestLine.get().split(" ", 3);
        if (parts.length != 3) {
            throw new IOException("not a request line: " + requestLine.get());
        }
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        while (true) {
            String line = readLine(in).orElseThrow(EOFException::new);
            if (line.isEmpty()) {
                return Optional.of(new ReceivedRequest(parts[0], parts[1], fields));
            }
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new IOException("not a field line: " + line);
            }
            fields.add(Map.entry(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
    }

    /** The path without the query. */
    String path() {
        return requestTarget.split("\\?", 2)[0];
    }

    /** The first value of a field. */
    Optional<String> field(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The body that follows this header section: by chunks, by length, or none. */
    byte[] readBody(InputStream in) throws IOException {
        if (field("transfer-encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
            return readChunks(in);
        }
        int length = Integer.parseInt(field("content-length").orElse("0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the body ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    private static byte[] readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = readLine(in).orElseThrow(EOFException::new);
            byte[] chunk = in.readNBytes(Integer.parseInt(size.split(";", 2)[0].strip(), 16));
            body.writeBytes(chunk);
            if (chunk.length == 0) {
                while (!readLine(in).orElseThrow(EOFException::new).isEmpty()) {
                    // Trailer fields say nothing to the target.
                }
                return body.toByteArray();
            }
            readLine(in);
        }
    }

    private static Optional<String> readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        while (b >= 0 && b != '\n' && line.size() < LARGEST_LINE) {
            line.write(b);
            b = in.read();
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    /** The request as JSON: {@code method}, {@code requestTarget}, {@code fields} as pairs, {@code body} in base64. */
    String describe(byte[] body) {
        String pairs = fields.stream()
                .map(field -> "[" + quote(field.getKey()) + "," + quote(field.getValue()) + "]")
                .collect(Collectors.joining(","));
        return "{\"method\":" + quote(method) + ",\"requestTarget\":" + quote(requestTarget)
                + ",\"fields\":[" + pairs + "],\"body\":"
                + quote(Base64.getEncoder().encodeToString(body)) + "}";
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
