package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.time.Deadline;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Forwards the request of one message, like one that has come through a gateway. */
final class MessageForwarder {

    /** Nothing of the response is needed but its status: the proxy leaves no more of it. */
    private static final long MAX_RESPONSE_BYTES = 1024 * 1024;

    /** The deadline inside responds first; this is for the case that it does not. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private final QueuedRequest format = new QueuedRequest();
    private final ProxyService proxy;

    /** @param proxy forwards what is accepted, and names its own errors in its responses */
    MessageForwarder(ProxyService proxy) {
        this.proxy = proxy;
    }

    /** An attempt under way. */
    interface Running {

        /** Waits for its end. */
        Attempt await();
    }

    /** Starts an attempt; it ends by the deadline. */
    Running start(QueueRecord received, Deadline deadline) {
        ProxyRequest request;
        try {
            request = request(received, deadline);
        } catch (MalformedMessageException e) {
            Attempt malformed = Attempt.malformed(e.reason());
            return () -> malformed;
        }
        Reservation memory = proxy.reservation();
        Future<Attempt> attempt = proxy.handleBuffered(request, headers -> MAX_RESPONSE_BYTES, memory)
                .map(Attempt::of)
                .onComplete(ended -> memory.close());
        return () -> await(attempt, deadline);
    }

    private ProxyRequest request(QueueRecord received, Deadline deadline) throws MalformedMessageException {
        QueuedRequest.Content content = format.read(received.body());
        return ProxyRequest.of(
                        content.method(),
                        content.path(),
                        content.query(),
                        content.headers(),
                        content.body(),
                        received.messageId(),
                        deadline)
                .through(content.ingress());
    }

    private static Attempt await(Future<Attempt> attempt, Deadline deadline) {
        try {
            return attempt.toCompletionStage()
                    .toCompletableFuture()
                    .get(deadline.remaining().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Attempt.failed("the function is shutting down");
        } catch (TimeoutException e) {
            return Attempt.failed("the target did not respond in time");
        } catch (ExecutionException e) {
            return Attempt.failed("the proxy itself failed; its log says where");
        }
    }
}
