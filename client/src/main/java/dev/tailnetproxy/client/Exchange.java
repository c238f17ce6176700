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

/** One request of the caller's with all its attempts. */
final class Exchange<T> {

    /** What every exchange of a client shares. */
    record Means(
            HttpClient http,
            Executor executor,
            RequestSigner signer,
            IdentityProvider<? extends AwsCredentialsIdentity> credentials,
            Retries retries,
            Attempt.Listener listener,
            Pauses pauses,
            LongSupplier nanoTime) {}

    /** A request as it goes to the proxy, but for the signature. */
    @SuppressWarnings("ArrayRecordComponent")
    record Unsigned(String method, URI uri, ProxyHeaders headers, byte[] body) {}

    private final Means means;
    private final HttpRequest asked;
    private final AnswerHandler<T> handler;
    private final long started;
    private final Duration longest;
    private final CompletableFuture<HttpResponse<T>> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> running;

    /**
     * An exchange that begins now.
     *
     * @param means what it works with
     * @param asked the request as the caller wrote it
     * @param longest how long it may take up to the answer's headers, all attempts together
     */
    Exchange(Means means, HttpRequest asked, HttpResponse.BodyHandler<T> handler, Duration longest) {
        this.means = means;
        this.asked = asked;
        this.handler = new AnswerHandler<>(handler);
        this.longest = longest;
        this.started = means.nanoTime().getAsLong();
    }

    /** Sends what comes of the future; cancelling the result stops whatever runs. */
    CompletableFuture<HttpResponse<T>> start(CompletableFuture<Unsigned> request) {
        var unused = result.whenComplete((answer, failure) -> stopRunning());
        run(request.thenAcceptAsync(ready -> attempt(ready, 1), means.executor()));
        return result;
    }

    private void attempt(Unsigned request, int number) {
        if (result.isDone()) {
            return;
        }
        long began = means.nanoTime().getAsLong();
        run(means.credentials().resolveIdentity().thenCompose(identity -> {
            HttpRequest signed = sign(request, identity);
            long sent = means.nanoTime().getAsLong();
            CompletableFuture<HttpResponse<Answer<T>>> sending = means.http().sendAsync(signed, handler);
            running = sending;
            stopIfDone();
            return sending.handle((received, failure) -> {
                Timing timing = new Timing(number, Duration.ofNanos(sent - began), since(sent));
                conclude(request, timing, received, failure);
                return null;
            });
        }));
    }

    private HttpRequest sign(Unsigned request, AwsCredentialsIdentity identity) {
        Duration left = left();
        if (left.isNegative() || left.isZero()) {
            throw new CompletionException(timedOut());
        }
        HttpRequest.Builder signed =
                asBuilt(request).version(HttpClient.Version.HTTP_1_1).timeout(left);
        request.headers().all().forEach((name, values) -> values.forEach(value -> signed.header(name, value)));
        means.signer()
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
    private HttpRequest.Builder asBuilt(Unsigned request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri());
        if (asked.bodyPublisher().isPresent()) {
            return builder.method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        }
        return switch (request.method()) {
            case "GET" -> builder.GET();
            case "DELETE" -> builder.DELETE();
            default -> builder.method(request.method(), HttpRequest.BodyPublishers.noBody());
        };
    }

    private void conclude(
            Unsigned request, Timing timing, @Nullable HttpResponse<Answer<T>> received, @Nullable Throwable failure) {
        Optional<Throwable> cause = failure != null
                ? Optional.of(unwrapped(failure))
                : received != null && received.body() instanceof Answer.InItsPlace<T> refused
                        ? Optional.of(refused.failure())
                        : Optional.empty();
        Optional<Duration> pause = cause.flatMap(
                reason -> means.retries().pauseAfter(request.method(), timing.number(), reason, leftForRetries()));
        means.listener().attempted(timing.attempt(cause, pause));
        if (pause.isPresent()) {
            means.pauses().after(pause.get(), () -> attemptAgain(request, timing.number() + 1));
        } else if (cause.isPresent()) {
            result.completeExceptionally(cause.get());
        } else if (received != null && received.body() instanceof Answer.OfTarget<T> answer) {
            result.complete(new TargetResponse<>(asked, received, answer.body()));
        }
    }

    private void attemptAgain(Unsigned request, int number) {
        try {
            run(CompletableFuture.runAsync(() -> attempt(request, number), means.executor()));
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
            stopRunning();
        }
    }

    private void stopRunning() {
        CompletableFuture<?> current = running;
        if (current != null && result.isCancelled()) {
            current.cancel(true);
        }
    }

    private Duration left() {
        return longest.minus(since(started));
    }

    private Duration leftForRetries() {
        Duration byPolicy = means.retries().policy().deadline().minus(since(started));
        return byPolicy.compareTo(left()) < 0 ? byPolicy : left();
    }

    private Duration since(long nanoTime) {
        return Duration.ofNanos(means.nanoTime().getAsLong() - nanoTime);
    }

    private IOException timedOut() {
        return new HttpTimeoutException("the request took more than " + longest.toMillis() + " ms");
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean isWrapper = failure instanceof CompletionException || failure instanceof UncheckedIOException;
        return isWrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
    }

    private record Timing(int number, Duration signing, Duration answering) {
        Attempt attempt(Optional<Throwable> failure, Optional<Duration> pause) {
            return new Attempt(number, signing, answering, failure, pause);
        }
    }
}
