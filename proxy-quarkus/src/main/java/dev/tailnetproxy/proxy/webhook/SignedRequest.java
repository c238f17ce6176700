package dev.tailnetproxy.proxy.webhook;

import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a sender signs of a request: a part of its header section, its path and query, and the bytes of its body. */
public final class SignedRequest {

    private final String path;
    private final @Nullable String query;
    private final Headers headers;
    private final byte[] body;

    /**
     * The parts of a request as the sender sent them.
     *
     * @param path without the host, percent-escapes untouched
     * @param query without the question mark; null when there is none
     * @param body not copied, and not changed by anybody from here on
     */
    public SignedRequest(String path, @Nullable String query, Headers headers, byte[] body) {
        this.path = Objects.requireNonNull(path, "path");
        this.query = query;
        this.headers = Objects.requireNonNull(headers, "headers");
        this.body = Objects.requireNonNull(body, "body");
    }

    /** A request whose body was read. */
    public static SignedRequest of(ProxyRequest request, byte[] body) {
        return new SignedRequest(request.path(), request.query(), request.headers(), body);
    }

    Optional<String> query() {
        return Optional.ofNullable(query);
    }

    /** Path and query as they stand in a request line. */
    String target() {
        return query == null ? path : path + '?' + query;
    }

    byte[] body() {
        return body;
    }

    /**
     * The value of a field that is needed once. Of two fields nobody knows which one the sender made, and which one the
     * target reads.
     */
    String field(String name) {
        return optionalField(name).orElseThrow(() -> new RefusedSignature(RefusalCause.MISSING_FIELD, name));
    }

    /** The value of a field that may occur once; empty also when the value is. */
    Optional<String> optionalField(String name) {
        List<String> values = headers.all(name);
        if (values.size() > 1) {
            throw new RefusedSignature(RefusalCause.REPEATED_FIELD, name);
        }
        return values.stream().filter(value -> !value.isEmpty()).findFirst();
    }

    /** Nothing of the request: its parts may be secrets. */
    @Override
    public String toString() {
        return "a request with a body of " + body.length + " bytes";
    }
}
