package dev.tailnetproxy.client.signing;

import dev.tailnetproxy.contract.PercentEncoding;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        try {
            return Utf8.text(PercentEncoding.decode(text.getBytes(StandardCharsets.UTF_8)));
        } catch (CharacterCodingException otherBytes) {
            // The signer takes text and encodes it anew, which would not give these bytes again.
            throw new IllegalArgumentException(
                    "the query holds percent-encoded bytes that are no UTF-8, which can't be signed; send them in the path, a"
                            + " header or the body",
                    otherBytes);
        }
    }
}
