package dev.tailnetproxy.proxy.mapping;

import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.Set;

/** Which header fields of a target's answer go back to the caller. */
public final class ResponseMapping {

    /** Only the proxy's own errors, and Lambda's, carry these; a target must not be able to look like one. */
    private static final Set<String> ERROR_FIELDS =
            Set.of("ts-error-name", "ts-error-message", "ts-error", "x-amzn-errortype");

    private ResponseMapping() {}

    /** The fields for the caller. Content-Length stays as the target sent it; an adapter may have to replace it. */
    public static Headers forCaller(Headers headers) {
        Set<String> hopByHop = FieldFilter.hopByHop(headers);
        return headers.without(field -> {
            String name = FieldFilter.lowerName(field);
            return hopByHop.contains(name) || ERROR_FIELDS.contains(name) || looksLikeOwn(name);
        });
    }

    /** Which a client could read as a field that only the proxy, or Lambda, may send. */
    private static boolean looksLikeOwn(String name) {
        if (Grammar.isPlainName(name)) {
            return false;
        }
        String read = Grammar.readLeniently(name);
        return read.startsWith("ts-") || ERROR_FIELDS.contains(read);
    }
}
