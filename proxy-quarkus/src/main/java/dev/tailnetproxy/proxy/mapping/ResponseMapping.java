package dev.tailnetproxy.proxy.mapping;

import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.List;
import java.util.Set;

/** Which header fields of a target's answer go back to the caller. */
public final class ResponseMapping {

    /** By these a client knows what the proxy or Lambda says; a target must not be able to look like them. */
    private static final List<String> PREFIXES_OF_OTHERS = List.of("ts-", "x-amzn-", "lambda-runtime-");

    /** Of {@code x-amz-} only these are Lambda's; a target that speaks like S3 has others. */
    private static final Set<String> FIELDS_OF_LAMBDA =
            Set.of("x-amz-function-error", "x-amz-executed-version", "x-amz-log-result");

    private ResponseMapping() {}

    /** The fields for the caller. Content-Length stays as the target sent it; an adapter may have to replace it. */
    public static Headers forCaller(Headers headers) {
        Set<String> hopByHop = FieldFilter.hopByHop(headers);
        return headers.without(field -> {
            String name = FieldFilter.lowerName(field);
            return hopByHop.contains(name) || isOfProxyOrLambda(name) || looksLikeOneOfTheirs(name);
        });
    }

    /** Which a client could read as a field that only the proxy, or Lambda, may send. */
    private static boolean looksLikeOneOfTheirs(String name) {
        return !Grammar.isPlainName(name) && isOfProxyOrLambda(Grammar.readLeniently(name));
    }

    private static boolean isOfProxyOrLambda(String name) {
        return FIELDS_OF_LAMBDA.contains(name) || PREFIXES_OF_OTHERS.stream().anyMatch(name::startsWith);
    }
}
