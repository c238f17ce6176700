package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.contract.PercentEncoding;
import dev.tailnetproxy.proxy.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the AWS signature of a call to the proxy stands: in header fields, or in the query of a presigned call (Signature
 * Version 4 and 4A). With it stand the client's credentials, which are not for the target.
 */
final class RequestSignature {

    /** The client gives the target's own with the prefix. */
    private static final Set<String> FIELDS =
            Set.of("authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token");

    /** Names in lower case. AWS documents one letter case; a token in another one is a token all the same. */
    private static final Set<String> PARAMETERS = Set.of(
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-date",
            "x-amz-signedheaders",
            "x-amz-expires",
            "x-amz-signature",
            "x-amz-security-token",
            "x-amz-region-set",
            "x-amz-content-sha256");

    /** How an Authorization field begins that signs a call. */
    private static final List<String> SCHEMES = List.of("AWS4-HMAC-SHA256 ", "AWS4-ECDSA-P256-SHA256 ");

    private RequestSignature() {}

    static boolean isField(String lowerName) {
        return FIELDS.contains(lowerName);
    }

    /**
     * The query without the signature of a presigned call. A call that is signed in its header has no other signature, so
     * that such parameters are the target's and stay. What stays, stays byte for byte.
     */
    static @Nullable String removeFromQuery(@Nullable String query, Headers headers) {
        if (query == null || isInHeader(headers)) {
            return query;
        }
        String rest = Arrays.stream(query.split("&", -1))
                .filter(parameter -> !isParameter(parameter))
                .collect(Collectors.joining("&"));
        return rest.isEmpty() && !query.isEmpty() ? null : rest;
    }

    private static boolean isInHeader(Headers headers) {
        List<String> values = headers.all("authorization");
        return !values.isEmpty()
                && values.stream().allMatch(value -> SCHEMES.stream().anyMatch(value.strip()::startsWith));
    }

    private static boolean isParameter(String parameter) {
        int equals = parameter.indexOf('=');
        String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
        return PARAMETERS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static String decoded(String name) {
        return new String(
                PercentEncoding.decode(name.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }
}
