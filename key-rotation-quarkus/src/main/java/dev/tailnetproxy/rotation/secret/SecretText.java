package dev.tailnetproxy.rotation.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A text that no log line, exception or debugger shows by accident. No record, because a record prints its components. */
public final class SecretText {

    private final String text;

    /** @param text the secret; white space at its ends does not count */
    public SecretText(String text) {
        this.text = text.strip();
        if (this.text.isEmpty()) {
            throw new IllegalArgumentException("A secret is empty.");
        }
    }

    /** The text itself, for the one who sends or stores it. */
    public String reveal() {
        return text;
    }

    /** Whether the text contains another one, which is not secret. */
    public boolean mentions(String part) {
        return text.contains(part);
    }

    private byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretText secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
