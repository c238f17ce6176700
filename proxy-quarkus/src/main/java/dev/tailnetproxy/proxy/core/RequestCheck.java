package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.HashSet;
import java.util.Set;

/** What no request may hold, whatever its target: anything that another reader could take for another request. */
final class RequestCheck {

    /** Common servers take 8 to 64 KiB; more would be refused behind the proxy. */
    static final int MAX_HEADER_BYTES = 64 * 1024;

    static final int MAX_REQUEST_TARGET_BYTES = 32 * 1024;

    /** Colon, space and line break of a field line. */
    private static final int FIELD_FRAME_BYTES = 4;

    private RequestCheck() {}

    /** @throws ProxyFailure {@code InvalidHeader} or {@code InvalidTarget} */
    static void check(ProxyRequest request) {
        if (!Grammar.isToken(request.method()) || request.method().equals("CONNECT")) {
            throw invalidHeader("the method is not one that can be passed on");
        }
        checkTarget(request);
        checkFields(request.headers());
        checkFraming(request);
    }

    private static void checkTarget(ProxyRequest request) {
        if (request.requestTarget().length() > MAX_REQUEST_TARGET_BYTES) {
            throw new ProxyFailure(
                    ErrorName.INVALID_TARGET,
                    "path and query are longer than " + MAX_REQUEST_TARGET_BYTES + " bytes together");
        }
        if (!request.path().startsWith("/") || !Grammar.isRequestTarget(request.requestTarget())) {
            throw new ProxyFailure(ErrorName.INVALID_TARGET, "the path or query holds characters that must be encoded");
        }
    }

    private static void checkFields(Headers headers) {
        long bytes = 0;
        for (HeaderField field : headers) {
            bytes += field.name().length() + field.value().length() + FIELD_FRAME_BYTES;
            if (bytes > MAX_HEADER_BYTES) {
                throw invalidHeader("the headers are longer than " + MAX_HEADER_BYTES + " bytes together");
            }
            if (!Grammar.isToken(field.name())) {
                throw invalidHeader("a header name holds characters that are not allowed");
            }
            if (!Grammar.isFieldValue(field.value())) {
                throw invalidHeader("the header " + field.name() + " holds control characters");
            }
        }
    }

    /**
     * The body has one length. The proxy frames anew and would be right with any of two; a sender who gives two means
     * one of them for somebody else (RFC 9112 section 11.2).
     */
    private static void checkFraming(ProxyRequest request) {
        Set<String> lengths = new HashSet<>();
        for (String value : request.headers().all("content-length")) {
            for (String length : value.split(",", -1)) {
                lengths.add(length.strip());
            }
        }
        if (lengths.isEmpty()) {
            return;
        }
        String length = lengths.iterator().next();
        if (lengths.size() > 1 || !length.matches("[0-9]{1,18}")) {
            throw invalidHeader("content-length is not one number");
        }
        if (request.headers().contains("transfer-encoding")) {
            throw invalidHeader("content-length stands beside transfer-encoding");
        }
        long declared = Long.parseLong(length);
        if (request.body().length().orElse(declared) != declared) {
            throw invalidHeader("the body is not as long as content-length says");
        }
    }

    private static ProxyFailure invalidHeader(String message) {
        return new ProxyFailure(ErrorName.INVALID_HEADER, message);
    }
}
