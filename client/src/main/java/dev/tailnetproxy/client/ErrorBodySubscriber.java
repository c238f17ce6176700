package dev.tailnetproxy.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** The body of an error as text: its first bytes, and nothing when it does not come soon. */
final class ErrorBodySubscriber implements BodySubscriber<String> {

    private static final int MAX_BYTES = 8 * 1024;
    private static final int TIMEOUT_SECONDS = 1;

    private final ByteCollector collector = new ByteCollector(MAX_BYTES);

    @Override
    public CompletionStage<String> getBody() {
        return collector
                .result()
                .thenApply(collected -> new String(collected.bytes(), StandardCharsets.UTF_8))
                .completeOnTimeout("", TIMEOUT_SECONDS, TimeUnit.SECONDS)
                // One that still comes would keep its connection busy.
                .whenComplete((text, failure) -> collector.cancel());
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        collector.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        buffers.forEach(collector::onNext);
    }

    @Override
    public void onError(Throwable failure) {
        collector.onError(failure);
    }

    @Override
    public void onComplete() {
        collector.onComplete();
    }
}
