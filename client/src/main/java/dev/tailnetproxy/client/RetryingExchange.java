package dev.tailnetproxy.client;

import dev.tailnetproxy.client.signing.ProxyHeaders;
import dev.tailnetproxy.client.signing.RequestSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/** One request of the application with all its attempts. */
final class RetryingExchange<T> {

    /** Resources that all exchanges of a client share. */
    record ClientResources(
            HttpClient http,
            Executor executor,
            RequestSigner signer,
            IdentityProvider<? extends AwsCredentialsIdentity> credentials,
            RetryDecider retries,
            Attempt.Listener listener,
            DelayScheduler delayScheduler,
            LongSupplier nanoTime) {}

    /** A request as it goes to the proxy, but for the signature. */
    @SuppressWarnings("ArrayRecordComponent")
    record UnsignedRequest(String method, URI uri, ProxyHeaders headers, byte[] body) {}

    private final ClientResources resources;
    private final HttpRequest original;
    private final ResponseBodyHandler<T> handler;
    private final long started;
    private final Duration timeout;
    private final CompletableFuture<HttpResponse<T>> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> inFlight;

    /**
     * An exchange that begins now.
     *
     * @param resources shared by all exchanges of the client
     * @param original the application's request
     * @param timeout how long it may take up to the response's headers, all attempts together
     */
    RetryingExchange(
            ClientResources resources, HttpRequest original, HttpResponse.BodyHandler<T> handler, Duration timeout) {
        this.resources = resources;
        this.original = original;
        this.handler = new ResponseBodyHandler<>(handler);
        this.timeout = timeout;
        this.started = resources.nanoTime().getAsLong();
    }

    /** Sends the future's request; cancelling the result stops the attempt in progress. */
    CompletableFuture<HttpResponse<T>> start(CompletableFuture<UnsignedRequest> request) {
        var unused = result.whenComplete((response, failure) -> cancelRunning());
        run(request.thenAcceptAsync(ready -> attempt(ready, 1), resources.executor()));
        return result;
    }

    private void attempt(UnsignedRequest request, int number) {
        if (result.isDone()) {
            return;
        }
        long began = resources.nanoTime().getAsLong();
        run(resources.credentials().resolveIdentity().thenCompose(identity -> {
            HttpRequest signed = sign(request, identity);
            long sent = resources.nanoTime().getAsLong();
            CompletableFuture<HttpResponse<ResponseBody<T>>> sending =
                    resources.http().sendAsync(signed, handler);
            inFlight = sending;
            stopIfDone();
            return sending.handle((received, failure) -> {
                Timing timing = new Timing(number, Duration.ofNanos(sent - began), elapsedSince(sent));
                conclude(request, timing, received, failure);
                return null;
            });
        }));
    }

    private HttpRequest sign(UnsignedRequest request, AwsCredentialsIdentity identity) {
        Duration remaining = remaining();
        if (remaining.isNegative() || remaining.isZero()) {
            throw new CompletionException(timedOut());
        }
        HttpRequest.Builder signed =
                withOriginalBody(request).version(HttpClient.Version.HTTP_1_1).timeout(remaining);
        request.headers().all().forEach((name, values) -> values.forEach(value -> signed.header(name, value)));
        resources
                .signer()
                .sign(
                        identity,
                        request.method(),
                        request.uri(),
                        request.headers().toBeSigned(),
                        request.body())
                .forEach((name, values) -> values.forEach(value -> signed.header(name, value)));
        return signed.build();
    }

    /** A body that is empty is announced with a length of 0; none is not announced, where the JDK's builder allows it. */
    private HttpRequest.Builder withOriginalBody(UnsignedRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri());
        if (original.bodyPublisher().isPresent()) {
            return builder.method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        }
        return switch (request.method()) {
            case "GET" -> builder.GET();
            case "DELETE" -> builder.DELETE();
            default -> builder.method(request.method(), HttpRequest.BodyPublishers.noBody());
        };
    }

    private void conclude(
            UnsignedRequest request,
            Timing timing,
            @Nullable HttpResponse<ResponseBody<T>> received,
            @Nullable Throwable failure) {
        Optional<Throwable> cause = failure != null
                ? Optional.of(unwrapped(failure))
                : received != null && received.body() instanceof ResponseBody.ErrorBody<T> refused
                        ? Optional.of(refused.failure())
                        : Optional.empty();
        Optional<Duration> pause = cause.flatMap(reason ->
                resources.retries().pauseAfter(request.method(), timing.number(), reason, remainingForRetries()));
        resources.listener().attempted(timing.attempt(cause, pause));
        if (pause.isPresent()) {
            resources.delayScheduler().schedule(pause.get(), () -> retry(request, timing.number() + 1));
        } else if (cause.isPresent()) {
            result.completeExceptionally(cause.get());
        } else if (received != null && received.body() instanceof ResponseBody.TargetBody<T> response) {
            result.complete(new TargetResponse<>(original, received, response.body()));
        }
    }

    private void retry(UnsignedRequest request, int number) {
        try {
            run(CompletableFuture.runAsync(() -> attempt(request, number), resources.executor()));
        } catch (RejectedExecutionException shutDown) {
            result.completeExceptionally(shutDown);
        }
    }

    private void run(CompletableFuture<?> step) {
        var unused = step.whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(unwrapped(failure));
            }
        });
    }

    private void stopIfDone() {
        if (result.isDone()) {
            cancelRunning();
        }
    }

    private void cancelRunning() {
        CompletableFuture<?> current = inFlight;
        if (current != null && result.isCancelled()) {
            current.cancel(true);
        }
    }

    private Duration remaining() {
        return timeout.minus(elapsedSince(started));
    }

    private Duration remainingForRetries() {
        Duration byPolicy = resources.retries().policy().deadline().minus(elapsedSince(started));
        return byPolicy.compareTo(remaining()) < 0 ? byPolicy : remaining();
    }

    private Duration elapsedSince(long nanoTime) {
        return Duration.ofNanos(resources.nanoTime().getAsLong() - nanoTime);
    }

    private IOException timedOut() {
        return new HttpTimeoutException("the request took more than " + timeout.toMillis() + " ms");
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean isWrapper = failure instanceof CompletionException || failure instanceof UncheckedIOException;
        return isWrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
    }

    private record Timing(int number, Duration signing, Duration timeToResponse) {
        Attempt attempt(Optional<Throwable> failure, Optional<Duration> pause) {
            return new Attempt(number, signing, timeToResponse, failure, pause);
        }
    }
}
