package dev.tailnetproxy.proxy.webhook;

/** Shopify: {@code X-Shopify-Hmac-Sha256}, the HMAC of the body in base64. Replays are as with {@link GitHub}. */
public record Shopify() implements Scheme {

    private static final String FIELD = "X-Shopify-Hmac-Sha256";
    private static final SignatureFormat FORMAT = new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.BASE64);

    @Override
    public Claim claim(SignedRequest request) {
        return Claim.ofBody(FORMAT, FORMAT.checked(request.field(FIELD), FIELD), request);
    }
}
