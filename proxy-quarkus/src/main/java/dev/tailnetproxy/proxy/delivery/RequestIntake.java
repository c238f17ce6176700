package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.SizeLimits;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.RequestStore;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Puts accepted requests into the queue. */
public final class RequestIntake implements RequestStore {

    /** What a dead letter has beside its message: attributes that say why it is one. */
    static final int ATTRIBUTES_BYTES = 1024;

    static final int MAX_MESSAGE_BYTES = SizeLimits.MAX_SQS_MESSAGE_BYTES - ATTRIBUTES_BYTES;

    private final QueuedRequest format = new QueuedRequest();
    private final DeliveryQueue queue;
    private final QueueSettings settings;
    private final UnaryOperator<ProxyRequest> endToEnd;
    private final Function<ProxyRequest, Optional<String>> signedId;

    /**
     * Puts requests there.
     *
     * @param endToEnd the request without what ends here
     * @param signedId the sender's id of a request, if the sender's signature covers it: anybody could change another one,
     *     and so have a request dropped as a repeat
     */
    public RequestIntake(
            DeliveryQueue queue,
            QueueSettings settings,
            UnaryOperator<ProxyRequest> endToEnd,
            Function<ProxyRequest, Optional<String>> signedId) {
        this.queue = queue;
        this.settings = settings;
        this.endToEnd = endToEnd;
        this.signedId = signedId;
    }

    @Override
    public String keep(ProxyRequest request) {
        String message = format.write(endToEnd.apply(request));
        if (message.length() > MAX_MESSAGE_BYTES) {
            throw new ProxyFailure(
                    ErrorName.CONTENT_TOO_LARGE,
                    "the request takes " + message.length() + " bytes in the queue, which takes " + MAX_MESSAGE_BYTES);
        }
        try {
            return queue.put(message, position(request));
        } catch (QueueException e) {
            throw new ProxyFailure(ErrorName.QUEUE_UNAVAILABLE, "the queue did not accept it: " + e.reason(), e);
        }
    }

    private Optional<DeliveryQueue.Position> position(ProxyRequest request) {
        if (!settings.queue().isFifo()) {
            return Optional.empty();
        }
        // A digest, because SQS takes few characters, and 128 of them.
        String deduplicationId = signedId.apply(request).map(Digests::sha256).orElseGet(() -> UUID.randomUUID()
                .toString());
        return Optional.of(new DeliveryQueue.Position(settings.order().group(request), deduplicationId));
    }
}
