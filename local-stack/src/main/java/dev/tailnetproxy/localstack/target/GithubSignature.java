package dev.tailnetproxy.localstack.target;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a service verifies that a webhook is GitHub's ("Validating webhook deliveries" in GitHub's documentation). It is
 * written apart from the proxy's own verification, which the tests compare with it.
 *
 * @param secret what the service and GitHub know
 */
record GithubSignature(String secret) {

    private static final String PREFIX = "sha256=";
    private static final int BYTES = 32;

    /** Whether the field {@code X-Hub-Signature-256} is right for the body. */
    boolean matches(String field, byte[] body) {
        if (!field.startsWith(PREFIX) || field.length() != PREFIX.length() + 2 * BYTES) {
            return false;
        }
        byte[] claimed = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            int high = Character.digit(field.charAt(PREFIX.length() + 2 * i), 16);
            int low = Character.digit(field.charAt(PREFIX.length() + 2 * i + 1), 16);
            if (high < 0 || low < 0) {
                return false;
            }
            claimed[i] = (byte) (high * 16 + low);
        }
        return MessageDigest.isEqual(claimed, digest(body));
    }

    private byte[] digest(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
