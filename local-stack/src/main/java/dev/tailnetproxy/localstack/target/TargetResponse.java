package dev.tailnetproxy.localstack.target;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The response of the target.
 *
 * @param status the status code
 * @param fields the header fields; Content-Length is added
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never kept or compared
record TargetResponse(int status, List<Map.Entry<String, String>> fields, byte[] body) {

    TargetResponse {
        fields = List.copyOf(fields);
    }

    static TargetResponse text(int status, String text) {
        return new TargetResponse(
                status,
                List.of(Map.entry("Content-Type", "text/plain; charset=utf-8")),
                text.getBytes(StandardCharsets.UTF_8));
    }

    void writeTo(OutputStream out, boolean toHeadRequest) throws IOException {
        boolean mayHaveBody = status >= 200 && status != 204 && status != 304;
        List<String> lines = new ArrayList<>();
        lines.add("HTTP/1.1 " + status + " Response");
        fields.forEach(field -> lines.add(field.getKey() + ": " + field.getValue()));
        if (mayHaveBody) {
            lines.add("Content-Length: " + body.length);
        }
        HeaderSection headerSection = new HeaderSection(lines);
        new HttpMessageWriter(out)
                .write(
                        mayHaveBody && !toHeadRequest
                                ? new HttpMessage(headerSection, body)
                                : new HttpMessage(headerSection));
    }
}
