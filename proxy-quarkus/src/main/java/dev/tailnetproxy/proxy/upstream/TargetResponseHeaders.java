package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.http.Framing;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The header section of a target's response. */
final class TargetResponseHeaders {

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private TargetResponseHeaders() {}

    static Headers of(HttpClientResponse response) {
        List<HeaderField> fields = new ArrayList<>();
        for (Map.Entry<String, String> field : response.headers()) {
            fields.add(new HeaderField(field.getKey(), field.getValue()));
        }
        return Headers.of(fields);
    }

    /** Whether a client can be given these fields of a response of this version. */
    static boolean isValid(Headers headers, HttpVersion version) {
        return hasValidFields(headers) && (version != HttpVersion.HTTP_2 || isValidHttp2Framing(headers));
    }

    /** HTTP/2 lets through what would end a line of HTTP/1.1 (RFC 9113 section 8.2.1). */
    private static boolean hasValidFields(Headers headers) {
        for (HeaderField field : headers) {
            if (!Grammar.isToken(field.name()) || !Grammar.isFieldValue(field.value())) {
                return false;
            }
        }
        return true;
    }

    /** HTTP/2 has no transfer codings (RFC 9113 section 8.2.2). Over HTTP/1.1 this is decided before the body is read. */
    private static boolean isValidHttp2Framing(Headers headers) {
        try {
            return !Framing.of(headers, false).chunked();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What {@code Content-Length} says. */
    static OptionalLong length(Headers headers) {
        return headers.first("content-length")
                .filter(value -> LENGTH.matcher(value).matches())
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }
}
