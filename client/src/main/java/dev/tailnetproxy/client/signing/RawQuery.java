package dev.tailnetproxy.client.signing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a query string as the signer wants them: decoded, because it encodes them anew. A plus sign is a plus
 * sign and a percent sign that starts no escape stands for itself (RFC 3986), unlike in {@link java.net.URLDecoder}.
 */
final class RawQuery {

    private RawQuery() {}

    static Map<String, List<String>> parameters(String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            if (name.isEmpty() && !value.isEmpty()) {
                throw new IllegalArgumentException("the query holds a value without a name (\"=" + value
                        + "\"), which can't be signed; give it a name");
            }
            if (!name.isEmpty()) {
                parameters
                        .computeIfAbsent(decode(name), any -> new ArrayList<>())
                        .add(decode(value));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            boolean escaped = bytes[i] == '%'
                    && i + 2 < bytes.length
                    && HexFormat.isHexDigit(bytes[i + 1])
                    && HexFormat.isHexDigit(bytes[i + 2]);
            decoded.write(
                    escaped ? HexFormat.fromHexDigit(bytes[++i]) << 4 | HexFormat.fromHexDigit(bytes[++i]) : bytes[i]);
        }
        try {
            return Utf8.text(decoded.toByteArray());
        } catch (CharacterCodingException otherBytes) {
            // The signer takes text and encodes it anew, which would not give these bytes again.
            throw new IllegalArgumentException(
                    "the query holds percent-encoded bytes that are no UTF-8, which can't be signed; send them in the path, a"
                            + " header or the body",
                    otherBytes);
        }
    }
}
