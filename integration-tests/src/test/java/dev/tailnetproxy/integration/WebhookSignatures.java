package dev.tailnetproxy.integration;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs webhooks as their senders do. */
final class WebhookSignatures {

    private WebhookSignatures() {}

    /** The field line of GitHub. */
    static String github(String secret, byte[] body) {
        byte[] digest = hmac(secret.getBytes(StandardCharsets.UTF_8), body);
        return "X-Hub-Signature-256: sha256=" + HexFormat.of().formatHex(digest);
    }

    /** The field lines of Standard Webhooks. */
    static List<String> standardWebhooks(byte[] secret, String id, Instant time, byte[] body) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes((id + "." + time.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(body);
        String signature = Base64.getEncoder().encodeToString(hmac(secret, signed.toByteArray()));
        return List.of(
                "webhook-id: " + id,
                "webhook-timestamp: " + time.getEpochSecond(),
                "webhook-signature: v1," + signature);
    }

    private static byte[] hmac(byte[] secret, byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
