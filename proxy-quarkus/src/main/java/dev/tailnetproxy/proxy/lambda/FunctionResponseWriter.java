package dev.tailnetproxy.proxy.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.tailnetproxy.contract.SizeLimits;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes a response in payload format 2.0, its body piece by piece. */
public final class FunctionResponseWriter {

    private static final String SET_COOKIE = "set-cookie";
    private static final String CONTENT_LENGTH = "content-length";

    /** Status, flags, keys and quotes around everything. */
    private static final long ENVELOPE_BYTES = 1024;

    private static final long FIELD_OVERHEAD_BYTES = 8;

    /** Of a body at once; a multiple of three, so that the base64 of all pieces is that of the whole. */
    private static final int PIECE_BYTES = 3 * 8 * 1024;

    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    /** JSON writes a control character or a character beyond ASCII in up to six bytes; most take one. */
    private static final long ESCAPED_BYTES = 6;

    private final JsonFactory factory =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    /** How many bytes of body fit into one response beside these fields; the body travels as base64. */
    static long maxBodyBytes(Headers headers) {
        long fields = 0;
        for (HeaderField field : headers) {
            fields += field.name().length() + jsonLength(field.value()) + FIELD_OVERHEAD_BYTES;
        }
        return Math.max(0, (SizeLimits.MAX_LAMBDA_PAYLOAD_BYTES - ENVELOPE_BYTES - fields) / 4 * 3);
    }

    private static long jsonLength(String value) {
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            length += c < ' ' || c >= 0x7f ? ESCAPED_BYTES : c == '"' || c == '\\' ? 2 : 1;
        }
        return length;
    }

    /**
     * Writes the response and leaves the stream open.
     *
     * @param response its body is in memory
     * @param isHead whether it responds to a HEAD request
     * @throws IOException when the stream fails
     */
    public void write(ProxyResponse response, boolean isHead, OutputStream out) throws IOException {
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("statusCode", response.status());
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header : headers(response, isHead).entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
            writeCookies(response.headers().all(SET_COOKIE), json);
            // Only the proxy's own responses come here with a body that HEAD does not have (RFC 9110 section 9.3.2).
            Optional<Body.Bytes> body = response.body().bytes();
            if (!isHead && body.isPresent()) {
                writeBody(body.get(), json, out);
            }
            json.writeEndObject();
        }
    }

    private static Map<String, String> headers(ProxyResponse response, boolean isHead) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (HeaderField field : response.headers()) {
            if (!field.is(SET_COOKIE)) {
                // The format has one value for each name; a list is the same as repeats (RFC 9110 section 5.3).
                headers.merge(
                        field.name().toLowerCase(Locale.ROOT),
                        HeaderValueCodec.decode(field.value()),
                        (a, b) -> a + ", " + b);
            }
        }
        Optional<Body.Bytes> body = response.body().bytes();
        if (body.isPresent()) {
            headers.put(CONTENT_LENGTH, Integer.toString(body.get().buffer().length()));
        } else if (response.status() == 204) {
            headers.remove(CONTENT_LENGTH);
        } else if (!isHead && response.status() != 304) {
            headers.put(CONTENT_LENGTH, "0");
        }
        return headers;
    }

    private static void writeCookies(List<String> cookies, JsonGenerator json) throws IOException {
        if (cookies.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("cookies");
        for (String cookie : cookies) {
            json.writeString(HeaderValueCodec.decode(cookie));
        }
        json.writeEndArray();
    }

    /** As text the body would be decoded as UTF-8 somewhere on its way, and compressed bytes would not survive. */
    private static void writeBody(Body.Bytes bytes, JsonGenerator json, OutputStream out) throws IOException {
        json.writeBooleanField("isBase64Encoded", true);
        json.writeFieldName("body");
        json.writeRawValue("\"");
        // What follows goes around the generator, which encodes three bytes at a time.
        json.flush();
        writeBase64(bytes, out);
        json.writeRaw('"');
    }

    private static void writeBase64(Body.Bytes bytes, OutputStream out) throws IOException {
        byte[] piece = new byte[Math.min(PIECE_BYTES, bytes.buffer().length())];
        byte[] text = new byte[(piece.length + 2) / 3 * 4];
        InputStream in = bytes.stream();
        for (int read = in.readNBytes(piece, 0, piece.length); read > 0; read = in.readNBytes(piece, 0, piece.length)) {
            byte[] whole = read == piece.length ? piece : Arrays.copyOf(piece, read);
            out.write(text, 0, BASE64.encode(whole, text));
        }
    }
}
