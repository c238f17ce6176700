package dev.tailnetproxy.proxy.webhook;

/**
 * GitHub: {@code X-Hub-Signature-256: sha256=} and the HMAC of the body. There is no time in it, and the id of the delivery
 * is not signed, so that a request can be replayed for as long as the secret is in use.
 */
public record GitHub() implements Scheme {

    private static final String FIELD = "X-Hub-Signature-256";
    private static final SignatureFormat FORMAT = new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.HEX);

    @Override
    public Claim claim(SignedRequest request) {
        return Claim.ofBody(FORMAT, FORMAT.behind("sha256=", request.field(FIELD), FIELD), request);
    }
}
