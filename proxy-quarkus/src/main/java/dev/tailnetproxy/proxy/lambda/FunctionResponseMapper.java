package dev.tailnetproxy.proxy.lambda;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From a response to what the Function URL understands in payload format 2.0. */
final class FunctionResponseMapper {

    /** What Lambda takes as one response: 6 MB of JSON. */
    private static final long MAX_RESPONSE_BYTES = 6L * 1024 * 1024;

    /** Status, flags, keys and quotes around everything. */
    private static final long ENVELOPE_BYTES = 1024;

    private static final long FIELD_OVERHEAD_BYTES = 8;

    /** JSON writes a control character or a character beyond ASCII in up to six bytes; most take one. */
    private static final long ESCAPED_BYTES = 6;

    private FunctionResponseMapper() {}

    /** How many bytes of body fit into one response beside these fields; the body travels as base64. */
    static long bodyLimit(Headers headers) {
        long fields = 0;
        for (HeaderField field : headers) {
            fields += field.name().length() + jsonLength(field.value()) + FIELD_OVERHEAD_BYTES;
        }
        return Math.max(0, (MAX_RESPONSE_BYTES - ENVELOPE_BYTES - fields) / 4 * 3);
    }

    private static long jsonLength(String value) {
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            length += c < ' ' || c >= 0x7f ? ESCAPED_BYTES : c == '"' || c == '\\' ? 2 : 1;
        }
        return length;
    }

    /** The response for Lambda. The body has to be in memory. */
    static BufferedFunctionResponse response(ProxyResponse response, boolean isHead) {
        Map<String, String> headers = new LinkedHashMap<>();
        List<String> cookies = new ArrayList<>();
        for (HeaderField field : response.headers()) {
            String value = HeaderValueCodec.decode(field.value());
            if (field.is("set-cookie")) {
                cookies.add(value);
            } else {
                // The format has one value for each name; a list is the same as repeats (RFC 9110 section 5.3).
                headers.merge(field.name().toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b);
            }
        }
        if (response.body() instanceof Body.Bytes bytes) {
            headers.put("content-length", Integer.toString(bytes.buffer().length()));
        } else if (response.status() == 204) {
            headers.remove("content-length");
        } else if (!isHead && response.status() != 304) {
            headers.put("content-length", "0");
        }
        // Only the proxy's own responses come here with a body that HEAD does not have (RFC 9110 section 9.3.2).
        return new BufferedFunctionResponse(
                response.status(), headers, cookies, isHead ? Body.empty() : response.body());
    }
}
