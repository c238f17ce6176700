package dev.tailnetproxy.cdk;

/** How a sender signs its requests. */
public enum SignatureScheme {
    GITHUB,
    STRIPE,
    SLACK,
    SHOPIFY,
    /** The scheme of standardwebhooks.com, which several services share. */
    STANDARD_WEBHOOKS,
    TWILIO,
    /** An HMAC that {@link HmacOptions} describe. */
    HMAC
}
