package dev.tailnetproxy.rotation.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The secret that a key belongs to, as the key's description says it: letters and digits only, and at most
 * {@value #LONGEST_DESCRIPTION} of them, because Tailscale takes no more.
 */
public record KeyOwner(String prefix) {

    private static final int LONGEST_DESCRIPTION = 50;
    private static final String PRODUCT = "tailnetproxy";
    private static final int HASH_BYTES = 8;

    /** Checks the length. */
    public KeyOwner {
        if (prefix.length() + 2 * HASH_BYTES > LONGEST_DESCRIPTION) {
            throw new IllegalArgumentException("the prefix of the description is too long");
        }
    }

    /** The owner that stands for a secret. */
    public static KeyOwner of(String secretArn) {
        return new KeyOwner(PRODUCT + hash(secretArn));
    }

    /** The description of a key that a rotation makes. */
    public String description(String version) {
        return prefix + hash(version);
    }

    /** Whether a key with this description is the secret's. */
    public boolean owns(String description) {
        return description.startsWith(prefix);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
