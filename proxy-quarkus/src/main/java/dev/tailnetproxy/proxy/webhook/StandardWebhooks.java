package dev.tailnetproxy.proxy.webhook;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Standard Webhooks: {@code webhook-signature: v1,<HMAC>}, with one item for each secret that the sender has at the moment,
 * separated by spaces; the HMAC is of id, timestamp and body, with dots between them.
 */
public record StandardWebhooks() implements Scheme {

    private static final String ID_FIELD = "webhook-id";
    private static final String TIMESTAMP_FIELD = "webhook-timestamp";
    private static final String FIELD = "webhook-signature";
    private static final String VERSION = "v1,";
    private static final String SECRET_PREFIX = "whsec_";
    private static final int MIN_KEY = 24;
    private static final int MAX_KEY = 64;
    private static final SignatureFormat FORMAT = new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.BASE64);

    @Override
    public Claim claim(SignedRequest request) {
        String id = request.field(ID_FIELD);
        if (id.indexOf('.') >= 0) {
            // Otherwise a part of the content could be shifted from one field to the next.
            throw new RefusedSignature(RefusalCause.MALFORMED_CONTENT, ID_FIELD);
        }
        String timestamp = request.field(TIMESTAMP_FIELD);
        return new Claim(
                FORMAT,
                signatures(request.field(FIELD)),
                List.of(new SignedContent(id + '.' + timestamp + '.', request.body())),
                Optional.of(Timestamps.parse(timestamp, TIMESTAMP_FIELD)),
                Optional.of(id));
    }

    private static List<String> signatures(String value) {
        List<String> signatures = new ArrayList<>(2);
        for (String item : value.split(" ", -1)) {
            // Items of other versions, such as v1a with a public key, can't be verified with a secret.
            if (item.startsWith(VERSION)) {
                signatures.add(FORMAT.behind(VERSION, item, FIELD));
            }
        }
        if (signatures.isEmpty()) {
            throw new RefusedSignature(RefusalCause.MALFORMED_SIGNATURE, FIELD);
        }
        if (signatures.size() > Claim.MAX_SIGNATURES) {
            throw new RefusedSignature(RefusalCause.REPEATED_FIELD, FIELD);
        }
        return signatures;
    }

    @Override
    public byte[] key(String secret) {
        byte[] key = decoded(secret.startsWith(SECRET_PREFIX) ? secret.substring(SECRET_PREFIX.length()) : secret);
        if (key.length < MIN_KEY || key.length > MAX_KEY) {
            throw new IllegalArgumentException(
                    "a secret of Standard Webhooks is base64 of " + MIN_KEY + " to " + MAX_KEY + " bytes");
        }
        return key;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Not kept as the cause: its message quotes a character of the secret.
            return new byte[0];
        }
    }
}
