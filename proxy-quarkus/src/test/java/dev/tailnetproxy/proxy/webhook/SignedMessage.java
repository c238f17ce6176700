package dev.tailnetproxy.proxy.webhook;

import dev.tailnetproxy.proxy.http.Headers;
import org.jspecify.annotations.Nullable;

/** A request as a sender makes it, and as an attacker changes it. */
final class SignedMessage {

    private final String path;
    private final @Nullable String query;
    private final Headers headers;
    private final byte[] body;

    SignedMessage(String path, @Nullable String query, Headers headers, byte[] body) {
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body.clone();
    }

    static SignedMessage of(byte[] body, String... headers) {
        return new SignedMessage("/hook", null, Headers.of(headers), body);
    }

    SignedRequest request() {
        return new SignedRequest(path, query, headers, body);
    }

    String field(String name) {
        return headers.first(name).orElseThrow();
    }

    byte[] body() {
        return body.clone();
    }

    SignedMessage without(String name) {
        return new SignedMessage(path, query, headers.without(field -> field.is(name)), body);
    }

    /** With a value in place of the one that there is. */
    SignedMessage set(String name, String value) {
        return without(name).add(name, value);
    }

    SignedMessage add(String name, String value) {
        return new SignedMessage(path, query, headers.with(name, value), body);
    }

    SignedMessage withBody(byte[] other) {
        return new SignedMessage(path, query, headers, other);
    }

    SignedMessage withTarget(String otherPath, @Nullable String otherQuery) {
        return new SignedMessage(otherPath, otherQuery, headers, body);
    }
}
