package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.contract.SizeLimits;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Framing;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.OptionalLong;

/** What no request may hold, whatever its target: anything that another reader could take for another request. */
final class RequestValidator {

    /** Colon, space and line break of a field line. */
    private static final int FIELD_OVERHEAD_BYTES = 4;

    private RequestValidator() {}

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
        if (request.requestTarget().length() > SizeLimits.MAX_REQUEST_TARGET_BYTES) {
            throw new ProxyFailure(
                    ErrorName.INVALID_TARGET,
                    "path and query are longer than " + SizeLimits.MAX_REQUEST_TARGET_BYTES + " bytes together");
        }
        if (!request.path().startsWith("/")) {
            throw new ProxyFailure(ErrorName.INVALID_TARGET, "the path does not begin with a slash");
        }
        if (!Grammar.isRequestTarget(request.requestTarget())) {
            throw new ProxyFailure(ErrorName.INVALID_TARGET, "the path or query holds characters that must be encoded");
        }
    }

    private static void checkFields(Headers headers) {
        long bytes = 0;
        for (HeaderField field : headers) {
            bytes += field.name().length() + field.value().length() + FIELD_OVERHEAD_BYTES;
            if (bytes > SizeLimits.MAX_HEADER_SECTION_BYTES) {
                throw invalidHeader(
                        "the headers are longer than " + SizeLimits.MAX_HEADER_SECTION_BYTES + " bytes together");
            }
            if (!Grammar.isToken(field.name())) {
                throw invalidHeader("a header name holds characters that are not allowed");
            }
            // Taken for one of the proxy's own by a target, or by another proxy behind this one.
            if (!Grammar.isPlainName(field.name())
                    && Grammar.lenientForm(field.name()).startsWith(HeaderNames.PREFIX)) {
                throw invalidHeader("a header name could be read as one of ts-*");
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
        Framing framing;
        try {
            framing = Framing.of(request.headers(), true);
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, String.valueOf(e.getMessage()), e);
        }
        OptionalLong bodyLength = request.body().length();
        if (framing.length().isPresent() && bodyLength.isPresent() && !bodyLength.equals(framing.length())) {
            throw invalidHeader("the body is not as long as content-length says");
        }
    }

    private static ProxyFailure invalidHeader(String message) {
        return new ProxyFailure(ErrorName.INVALID_HEADER, message);
    }
}
