package dev.tailnetproxy.proxy.webhook;

import dev.tailnetproxy.proxy.failure.ProxyFailure;

/** The secrets that senders sign with. Both methods may wait for a network. */
public interface WebhookSecrets {

    /**
     * The keys as they are known.
     *
     * @throws ProxyFailure {@code VerificationUnavailable} when there are none. The sender then gets 503 and tries again,
     *     while it gives up after a 401
     */
    SigningKeys current();

    /**
     * The keys for a signature that those at hand do not give, because they may have been changed. Anybody can send wrong
     * signatures, so the same keys come back when they were read a moment ago.
     *
     * @param tried the keys that did not give the signature
     */
    SigningKeys afterMismatch(SigningKeys tried);
}
