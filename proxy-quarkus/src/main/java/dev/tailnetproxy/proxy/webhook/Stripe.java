package dev.tailnetproxy.proxy.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Stripe: {@code Stripe-Signature: t=<seconds>,v1=<HMAC>}, with one {@code v1} for each secret that the sender has at the
 * moment; the HMAC is of the timestamp, a dot and the body.
 */
public record Stripe() implements Scheme {

    private static final String FIELD = "Stripe-Signature";
    private static final Pattern ITEM = Pattern.compile("[a-z0-9]+=[^ ]*");
    private static final SignatureFormat FORMAT = new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.HEX);

    @Override
    public Claim claim(SignedRequest request) {
        List<String> timestamps = new ArrayList<>(1);
        List<String> signatures = new ArrayList<>(2);
        for (String item : request.field(FIELD).split(",", -1)) {
            if (!ITEM.matcher(item).matches()) {
                // Such as a space that a gateway puts between the values of two fields.
                throw new RefusedSignature(RefusalCause.MALFORMED_SIGNATURE, FIELD);
            }
            // Items of other names are for other versions of the scheme, such as v0 in tests.
            if (item.startsWith("t=")) {
                timestamps.add(item.substring("t=".length()));
            } else if (item.startsWith("v1=")) {
                signatures.add(FORMAT.behind("v1=", item, FIELD));
            }
        }
        if (timestamps.isEmpty() || signatures.isEmpty()) {
            throw new RefusedSignature(RefusalCause.MALFORMED_SIGNATURE, FIELD);
        }
        if (timestamps.size() > 1 || signatures.size() > Claim.MAX_SIGNATURES) {
            throw new RefusedSignature(RefusalCause.REPEATED_FIELD, FIELD);
        }
        String timestamp = timestamps.get(0);
        return new Claim(
                FORMAT,
                signatures,
                List.of(new SignedContent(timestamp + '.', request.body())),
                Optional.of(Timestamps.parse(timestamp, FIELD)),
                Optional.empty());
    }
}
