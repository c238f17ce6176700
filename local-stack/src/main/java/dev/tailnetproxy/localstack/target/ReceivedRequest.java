package dev.tailnetproxy.localstack.target;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageReader;
import dev.tailnetproxy.testkit.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request exactly as received.
 *
 * @param message its header section and its body
 */
record ReceivedRequest(HttpMessage message) {

    private static final int REQUEST_LINE_PARTS = 3;

    /** Reads the next request; empty when the peer has closed the connection between two requests. */
    static Optional<ReceivedRequest> read(HttpMessageReader in) throws IOException {
        Optional<HttpMessage> message = in.readRequest();
        if (message.isPresent()) {
            check(message.get().headerSection());
        }
        return message.map(ReceivedRequest::new);
    }

    private static void check(HeaderSection headerSection) throws IOException {
        String requestLine = headerSection.startLine();
        if (requestLine.split(" ", -1).length != REQUEST_LINE_PARTS) {
            throw new IOException("not a request line: " + requestLine);
        }
        for (String line :
                headerSection.lines().subList(1, headerSection.lines().size())) {
            if (line.indexOf(':') < 0) {
                throw new IOException("not a field line: " + line);
            }
        }
    }

    boolean isHead() {
        return message.headerSection().method().equals("HEAD");
    }

    /** The path without the query. */
    String path() {
        return message.headerSection().requestTarget().split("\\?", 2)[0];
    }

    /** The first value of a field. */
    Optional<String> field(String name) {
        return message.headerSection().first(name);
    }

    byte[] body() {
        return message.body();
    }

    /** The request as JSON: {@code method}, {@code requestTarget}, {@code fields} as pairs, {@code body} in base64. */
    String describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("method", message.headerSection().method());
        described.put("requestTarget", message.headerSection().requestTarget());
        described.put(
                "fields",
                message.headerSection().fields().stream()
                        .map(field -> List.of(field.name(), field.value()))
                        .toList());
        described.put("body", Base64.getEncoder().encodeToString(message.body()));
        return Json.write(described);
    }
}
