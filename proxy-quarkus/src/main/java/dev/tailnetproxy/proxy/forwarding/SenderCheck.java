package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.Optional;

/** Whether a request comes from the sender that it is expected from, by its signature. */
@FunctionalInterface
public interface SenderCheck {

    /**
     * Why the request is refused; empty when it is accepted.
     *
     * @param request with every field of its sender but {@code ts-*}
     * @param body the bytes that were signed
     * @return a sentence for the log, without anything secret; the sender does not get it
     * @throws dev.tailnetproxy.proxy.failure.ProxyFailure when it can't be known now
     */
    Optional<String> refusal(ProxyRequest request, byte[] body);

    /**
     * The sender's id of a request that was accepted; empty if the signature does not cover one.
     *
     * @param body the bytes that were signed
     */
    default Optional<String> signedId(ProxyRequest request, byte[] body) {
        return Optional.empty();
    }

    /** Accepts every request. */
    static SenderCheck none() {
        return (request, body) -> Optional.empty();
    }
}
