package dev.tailnetproxy.localstack.target;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(("HTTP/1.1 " + status + " Response\r\n").getBytes(StandardCharsets.US_ASCII));
        for (Map.Entry<String, String> field : fields) {
            message.writeBytes(
                    (field.getKey() + ": " + field.getValue() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        if (mayHaveBody) {
            message.writeBytes(("Content-Length: " + body.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        message.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        if (mayHaveBody && !toHeadRequest) {
            message.writeBytes(body);
        }
        message.writeTo(out);
        out.flush();
    }
}
