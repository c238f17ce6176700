package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a request goes on to the target, its body aside.
 *
 * @param passForwarded whether to pass on what the Function URL adds about its own caller
 * @param underscoreHeaders what becomes of names with an underscore
 * @param signature whose the signature is that a request may carry
 */
public record RequestHeaderMapper(
        boolean passForwarded, UnderscoreHeaders underscoreHeaders, SignatureOwner signature) {

    /** For whom the credentials in {@code Authorization} and in AWS's signature fields are. */
    public enum SignatureOwner {
        /** Whoever checks calls of the proxy; the target gets none of them. */
        GATEWAY,
        /** The target: nobody in front of the proxy reads them. */
        TARGET
    }

    private static final String COOKIE = "cookie";

    /**
     * What the proxy says by itself, and {@code Expect}: the client has its 100 from the proxy or needs none, and a second
     * one from the target would be one too many (RFC 9110 section 10.1.1).
     */
    private static final Set<String> REWRITTEN_FIELDS = Set.of("host", "content-length", "expect");

    private static final Set<String> FORWARDED = Set.of("x-forwarded-for", "x-forwarded-proto", "x-forwarded-port");

    /** Given with the prefix, sent on without it. */
    private static final Set<String> PREFIXED_FIELDS = HeaderNames.SENT_WITH_PREFIX.stream()
            .map(name -> HeaderNames.PREFIX + name)
            .collect(Collectors.toUnmodifiableSet());

    /** A mapping that lets names with an underscore pass. */
    public RequestHeaderMapper(boolean passForwarded) {
        this(passForwarded, UnderscoreHeaders.PASS);
    }

    /** A mapping for signed calls of the proxy. */
    public RequestHeaderMapper(boolean passForwarded, UnderscoreHeaders underscoreHeaders) {
        this(passForwarded, underscoreHeaders, SignatureOwner.GATEWAY);
    }

    /**
     * Looks for fields that no target is to get.
     *
     * @throws ProxyFailure {@code InvalidHeader} when there is one
     */
    public void check(Headers headers) {
        if (underscoreHeaders == UnderscoreHeaders.REFUSE
                && headers.stream().anyMatch(field -> !Grammar.isPlainName(field.name()))) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER, "a header name holds signs that are no letters, digits or hyphens");
        }
    }

    /** Path and query for the target: as they were sent, without the signature of a call to the proxy. */
    public String requestTarget(ProxyRequest request) {
        String query = query(request);
        return query == null ? request.path() : request.path() + '?' + query;
    }

    /** The query of {@link #requestTarget}; null when there is none. */
    public @Nullable String query(ProxyRequest request) {
        return signature == SignatureOwner.TARGET
                ? request.query()
                : RequestSignature.removeFromQuery(request.query(), request.headers());
    }

    /**
     * The fields for the target. Framing (Content-Length, Transfer-Encoding) is left to whoever writes the body.
     *
     * @param authority what stands in Host unless the caller gives another
     */
    public Headers forTarget(Headers headers, String authority) {
        Set<String> hopByHop = HopByHopHeaders.hopByHop(headers);
        List<HeaderField> out = new ArrayList<>(headers.size());
        boolean hasHost = false;
        for (HeaderField field : headers) {
            String name = HopByHopHeaders.lowerName(field);
            if (PREFIXED_FIELDS.contains(name)) {
                hasHost |= name.equals(HeaderNames.HOST);
                out.add(new HeaderField(name.substring(HeaderNames.PREFIX.length()), field.value()));
            } else if (!hopByHop.contains(name) && !isNotForwarded(name) && !name.equals(COOKIE)) {
                out.add(field);
            }
        }
        String cookies = hopByHop.contains(COOKIE) ? "" : cookies(headers);
        if (!cookies.isEmpty()) {
            out.add(new HeaderField(COOKIE, cookies));
        }
        if (!hasHost) {
            out.add(new HeaderField("host", authority));
        }
        return Headers.of(out);
    }

    /** In one field, whatever the client sent (RFC 6265 section 5.4). */
    private static String cookies(Headers headers) {
        List<String> values = headers.all(COOKIE);
        return values.isEmpty()
                ? ""
                : values.stream().filter(value -> !value.isBlank()).collect(Collectors.joining("; "));
    }

    private boolean isNotForwarded(String name) {
        return name.startsWith(HeaderNames.PREFIX)
                || (underscoreHeaders != UnderscoreHeaders.PASS && !Grammar.isPlainName(name))
                || REWRITTEN_FIELDS.contains(name)
                || (signature == SignatureOwner.GATEWAY && RequestSignature.isField(name))
                || (!passForwarded && (FORWARDED.contains(name) || name.startsWith(HeaderNames.AWS_PREFIX)));
    }
}
