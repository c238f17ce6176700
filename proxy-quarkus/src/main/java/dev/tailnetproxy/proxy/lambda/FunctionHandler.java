package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.delivery.QueueConsumer;
import dev.tailnetproxy.proxy.delivery.QueueRecord;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.metrics.FlushableMetrics;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.time.Durations;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Handles one invocation: the bytes of an event in, the bytes of a response out. It sets the request's deadline to the
 * invocation's remaining time, less the time that it takes to write the response.
 */
@Singleton
public class FunctionHandler {

    /** Time for encoding the largest response and writing it to the runtime API. */
    static final Duration DEADLINE_MARGIN = Duration.ofMillis(500);

    /** Of the margin, what has to be left when metrics have been sent. */
    private static final Duration RESPONSE_MARGIN = Duration.ofMillis(200);

    /** Also a request without time gets a response with a name. */
    private static final Duration MIN_TIME = Duration.ofMillis(1);

    private final FunctionEventReader reader = new FunctionEventReader();
    private final FunctionResponseWriter writer = new FunctionResponseWriter();
    private final ProxyService proxy;
    private final Optional<QueueConsumer> consumer;
    private final FlushableMetrics metrics;
    private final Clock clock;

    /** @param consumer takes the messages of a queue; empty without queued delivery */
    @Inject
    public FunctionHandler(
            ProxyService proxy, Optional<QueueConsumer> consumer, FlushableMetrics metrics, Clock clock) {
        this.proxy = proxy;
        this.consumer = consumer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Serves one event. Every failure of the request becomes a response.
     *
     * @param in the event's JSON
     * @param out gets the whole response once it is known; stays open
     * @throws IOException when the event is not JSON, is of a queue and can't be read, or a stream fails; nothing is written
     *     in the first two cases
     */
    public void handle(InputStream in, OutputStream out, Context context) throws IOException {
        handle(
                in,
                out,
                new Invocation(
                        context.getAwsRequestId() == null ? "-" : context.getAwsRequestId(),
                        () -> Duration.ofMillis(context.getRemainingTimeInMillis())));
    }

    /** Like the other {@code handle}, for who has no context of AWS. */
    public void handle(InputStream in, OutputStream out, Invocation invocation) throws IOException {
        FunctionEvent event = reader.read(in);
        Optional<List<QueueRecord>> messages = consumer.isPresent() ? QueueEvent.messages(event) : Optional.empty();
        if (messages.isPresent()) {
            List<String> kept = consumer.orElseThrow().consume(messages.get(), deadline(invocation));
            metrics.flush(invocation.remaining().get().minus(RESPONSE_MARGIN));
            QueueEvent.write(kept, out);
            return;
        }
        try (Reservation memory = proxy.reservation()) {
            HandledRequest handled = handle(event, invocation, memory);
            // Before the response goes out: the environment may be frozen from then on.
            metrics.flush(invocation.remaining().get().minus(RESPONSE_MARGIN));
            writer.write(handled.response(), handled.isHead(), out);
        }
    }

    /** @param isHead whether the response has no body whatever it announces (RFC 9110 section 9.3.2) */
    private record HandledRequest(ProxyResponse response, boolean isHead) {}

    private HandledRequest handle(FunctionEvent event, Invocation invocation, Reservation memory) {
        String id = invocation.id();
        Deadline deadline = deadline(invocation);
        ProxyRequest request;
        try {
            request = event.toRequest(id, deadline);
        } catch (ProxyFailure e) {
            return new HandledRequest(proxy.rejectMalformed(id, event.caller(), e), false);
        }
        return new HandledRequest(response(request, memory), request.method().equals("HEAD"));
    }

    private ProxyResponse response(ProxyRequest request, Reservation memory) {
        try {
            return proxy.handleBuffered(request, FunctionResponseWriter::maxBodyBytes, memory)
                    .toCompletionStage()
                    .toCompletableFuture()
                    // The deadline inside responds first; this one is for the case that it does not.
                    .get(
                            request.deadline()
                                    .remaining()
                                    .plus(DEADLINE_MARGIN.dividedBy(2))
                                    .toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return proxy.rejectMalformed(
                    request.id(),
                    request.caller(),
                    new ProxyFailure(ErrorName.TIMEOUT, "the function is shutting down", e));
        } catch (TimeoutException e) {
            return proxy.rejectMalformed(
                    request.id(),
                    request.caller(),
                    new ProxyFailure(ErrorName.TIMEOUT, "the target did not respond in time", e));
        } catch (ExecutionException e) {
            return proxy.errorResponse(e.getCause() == null ? e : e.getCause());
        }
    }

    private Deadline deadline(Invocation invocation) {
        return Deadline.in(Durations.max(MIN_TIME, invocation.remaining().get().minus(DEADLINE_MARGIN)), clock);
    }
}
