package dev.tailnetproxy.proxy.webhook;

import java.nio.charset.StandardCharsets;

/** How a sender signs its requests. */
public sealed interface Scheme permits GitHub, Stripe, Slack, Shopify, StandardWebhooks, Twilio, GenericHmac {

    /**
     * What a request claims: signatures, and the content that they are said to be of. Nothing of it is verified yet.
     *
     * @throws RefusedSignature when the request has no signature in the scheme's form
     */
    Claim claim(SignedRequest request);

    /**
     * The key that a secret stands for.
     *
     * @throws IllegalArgumentException with a sentence that quotes nothing of the secret
     */
    default byte[] key(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8);
    }
}
