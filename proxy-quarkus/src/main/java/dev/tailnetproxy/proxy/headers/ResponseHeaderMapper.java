package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.List;
import java.util.Set;

/** Which header fields of a target's response go back to the caller. */
public final class ResponseHeaderMapper {

    /** By these a client knows what the proxy or Lambda says; a target must not be able to look like them. */
    private static final List<String> RESERVED_PREFIXES =
            List.of(HeaderNames.PREFIX, HeaderNames.AWS_PREFIX, "lambda-runtime-");

    /** Of {@code x-amz-} only these are Lambda's; a target that speaks like S3 has others. */
    private static final Set<String> LAMBDA_FIELDS =
            Set.of("x-amz-function-error", "x-amz-executed-version", "x-amz-log-result");

    private ResponseHeaderMapper() {}

    /** The fields for the caller. Content-Length stays as the target sent it; an adapter may have to replace it. */
    public static Headers forClient(Headers headers) {
        Set<String> hopByHop = HopByHopHeaders.hopByHop(headers);
        return headers.without(field -> {
            String name = HopByHopHeaders.lowerName(field);
            return hopByHop.contains(name) || isReserved(name) || isReservedLeniently(name);
        });
    }

    /** The fields for the client of a response that switches protocols: it names the one to use from there on. */
    public static Headers ofSwitching(Headers headers) {
        return forClient(headers)
                .with("connection", "upgrade")
                .with("upgrade", String.join(", ", headers.all("upgrade")));
    }

    /** Which a client could read as a field that only the proxy, or Lambda, may send. */
    private static boolean isReservedLeniently(String name) {
        return !Grammar.isPlainName(name) && isReserved(Grammar.lenientForm(name));
    }

    private static boolean isReserved(String name) {
        for (String prefix : RESERVED_PREFIXES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return LAMBDA_FIELDS.contains(name);
    }
}
