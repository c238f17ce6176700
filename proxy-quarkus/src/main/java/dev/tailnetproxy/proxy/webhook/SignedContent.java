package dev.tailnetproxy.proxy.webhook;

import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;

/** The bytes that a signature is of: a text, and the body behind it, which is not copied. */
final class SignedContent {

    private static final byte[] NO_BODY = {};

    private final byte[] text;
    private final byte[] body;

    SignedContent(String text, byte[] body) {
        this(text.getBytes(StandardCharsets.UTF_8), body);
    }

    private SignedContent(byte[] text, byte[] body) {
        this.text = text;
        this.body = body;
    }

    /** Content whose every character stands for one byte. */
    static SignedContent ofBytes(String latin1) {
        return new SignedContent(latin1.getBytes(StandardCharsets.ISO_8859_1), NO_BODY);
    }

    void addTo(Mac mac) {
        mac.update(text);
        mac.update(body);
    }

    @Override
    public String toString() {
        return "content of " + (text.length + (long) body.length) + " bytes";
    }
}
