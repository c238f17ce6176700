package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One invocation: waits for the response as long as the function has time, less what it takes to hand it over. */
@Singleton
public class LambdaAdapter {

    /** Time for encoding the largest response and writing it to the runtime API. */
    static final long DEADLINE_MARGIN_MS = 500;

    /** Of the margin, what has to be left when metrics have been sent. */
    private static final long RESPONSE_MARGIN_MS = 200;

    private final ProxyService proxy;
    private final RequestMetrics metrics;
    private final Clock clock;

    @Inject
    public LambdaAdapter(ProxyService proxy, RequestMetrics metrics, Clock clock) {
        this.proxy = proxy;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Serves one event; every failure becomes a response. */
    public APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event, Context context) {
        try (Reservation memory = proxy.reservation()) {
            return handle(event, context, memory);
        }
    }

    private APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event, Context context, Reservation memory) {
        String id = context.getAwsRequestId() == null ? "-" : context.getAwsRequestId();
        long remaining = Math.max(1, context.getRemainingTimeInMillis() - DEADLINE_MARGIN_MS);
        boolean isHead = false;
        ProxyResponse response;
        try {
            ProxyRequest request = FunctionRequestMapper.request((FunctionEvent) event, id, clock.millis() + remaining);
            isHead = request.method().equals("HEAD");
            response = response(request, remaining, memory);
        } catch (ProxyFailure e) {
            response = proxy.rejectMalformed(id, FunctionRequestMapper.caller((FunctionEvent) event), e);
        }
        // Before the response goes out: the environment may be frozen from then on.
        metrics.flush(Duration.ofMillis(context.getRemainingTimeInMillis() - RESPONSE_MARGIN_MS));
        return FunctionResponseMapper.response(response, isHead);
    }

    private ProxyResponse response(ProxyRequest request, long remaining, Reservation memory) {
        try {
            return proxy.handleBuffered(request, FunctionResponseMapper::bodyLimit, memory)
                    .toCompletionStage()
                    .toCompletableFuture()
                    // The deadline inside responds first; this one is for the case that it does not.
                    .get(remaining + DEADLINE_MARGIN_MS / 2, TimeUnit.MILLISECONDS);
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
}
