package dev.tailnetproxy.proxy.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key of one secret. It has no text form: the JDK's own key would show its hash code. */
final class SigningKey {

    private final byte[] key;

    /** @param key not copied, and not changed by anybody from here on */
    SigningKey(byte[] key) {
        if (key.length == 0) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
        this.key = key;
    }

    /** Whether this key gives one of the claim's signatures. All are compared, in a time that does not depend on the result. */
    boolean gives(Claim claim) {
        boolean given = false;
        for (SignedContent content : claim.contents()) {
            byte[] expected =
                    ascii(claim.format().encoding().encode(mac(claim.format().algorithm(), content)));
            for (String signature : claim.signatures()) {
                given |= MessageDigest.isEqual(expected, ascii(signature));
            }
        }
        return given;
    }

    private byte[] mac(HmacAlgorithm algorithm, SignedContent content) {
        try {
            Mac mac = Mac.getInstance(algorithm.javaName());
            mac.init(new SecretKeySpec(key, algorithm.javaName()));
            content.addTo(mac);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + algorithm.javaName(), e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "a key";
    }
}
