package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.client.ScriptedFunctionUrl.ReceivedRequest;
import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Results of a request whose first attempt brings no response. */
class AttemptsTest {

    private static final Map<String, String> THROTTLED = Map.of("x-amzn-errortype", "TooManyRequestsException");

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final ScriptedClient clients = new ScriptedClient();
    private final LinkedBlockingQueue<Attempt> attempts = new LinkedBlockingQueue<>();
    private final TailscaleProxyClientBuilder builder = clients.of(proxy).attemptListener(attempts::add);

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void retriesUntilTailnetIsAvailable() throws Exception {
        proxy.nextProxyError(503, "TailnetUnavailable", Map.of("retry-after", "1"))
                .next(429, THROTTLED, "{\"Reason\":\"ReservedFunctionConcurrentInvocationLimitExceeded\"}")
                .next(200, Map.of(), "there");
        try (TailscaleProxyClient client = builder.build()) {
            HttpResponse<String> response = client.send(client.request("/orders")
                    .POST(BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream("once only".getBytes(StandardCharsets.UTF_8))))
                    .build());

            assertThat(response.body()).isEqualTo("there");
        }
        assertThat(List.of(proxy.take(), proxy.take(), proxy.take()))
                .extracting(ReceivedRequest::body)
                .containsOnly("once only");
        assertThat(clients.delayScheduler()).hasSize(2);
        assertThat(clients.delayScheduler().get(0)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2, 3);
        assertThat(attempts).last().satisfies(last -> {
            assertThat(last.failure()).isEmpty();
            assertThat(last.pause()).isEmpty();
        });
    }

    @Test
    void failsWithLastFailure() {
        proxy.next(429, THROTTLED, "")
                .next(429, THROTTLED, "")
                .next(429, THROTTLED, "")
                .nextProxyError(503, "TailnetUnavailable", Map.of("retry-after", "1"));
        try (TailscaleProxyClient client = builder.build()) {
            assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> client.get("/"));
        }
        assertThat(proxy.pendingRequests()).isEqualTo(4);
    }

    @Test
    void stopsRetryingAtDeadline() {
        proxy.nextProxyError(503, "TailnetUnavailable", Map.of("retry-after", "3600"));
        try (TailscaleProxyClient client = builder.build()) {
            assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> client.get("/"));
        }
        assertThat(clients.delayScheduler()).isEmpty();
    }

    @Test
    void retriesRefusedConnections() {
        proxy.close();
        try (TailscaleProxyClient client = builder.build()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> client.get("/"));
        }
        assertThat(clients.delayScheduler()).hasSize(3);
    }

    @Test
    void signsEachAttempt() throws Exception {
        proxy.next(429, THROTTLED, "");
        AtomicInteger signatures = new AtomicInteger();
        TestCredentials rotating = new TestCredentials(
                () -> AwsCredentialsIdentity.create("AKIA" + signatures.incrementAndGet(), "test-secret"));
        try (TailscaleProxyClient client = builder.credentialsProvider(rotating).build()) {
            client.get("/");
        }
        assertThat(proxy.take().header("authorization")).contains("Credential=AKIA1/");
        assertThat(proxy.take().header("authorization")).contains("Credential=AKIA2/");
    }

    @Test
    void endsAtRequestTimeout() {
        CountDownLatch responded = new CountDownLatch(1);
        proxy.next(exchange -> awaitQuietly(responded));
        try (TailscaleProxyClient client = builder.build()) {
            assertThatExceptionOfType(HttpTimeoutException.class)
                    .isThrownBy(() -> client.send(
                            client.request("/").timeout(Duration.ofMillis(50)).build()));
        }
        responded.countDown();
    }

    @Test
    void cancellingFutureCancelsRequest() throws Exception {
        CountDownLatch connectionBroke = new CountDownLatch(1);
        proxy.next(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                while (true) {
                    exchange.getResponseBody().write(new byte[1024]);
                    exchange.getResponseBody().flush();
                }
            } finally {
                connectionBroke.countDown();
            }
        });
        try (TailscaleProxyClient client = builder.build()) {
            CompletableFuture<HttpResponse<String>> response = client.getAsync("/");
            proxy.take();

            response.cancel(true);

            connectionBroke.await();
        }
    }

    @Test
    void cancellingBeforeBodyIsReadSendsNothing() {
        CompletableFuture<Flow.Subscriber<? super ByteBuffer>> reader = new CompletableFuture<>();
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        try (TailscaleProxyClient client =
                builder.httpClient(http -> http.executor(tasks::add)).build()) {
            CompletableFuture<HttpResponse<String>> response = client.sendAsync(client.request("/")
                    .POST(BodyPublishers.fromPublisher(reader::complete))
                    .build());
            tasks.remove().run();

            response.cancel(true);
            reader.join().onComplete();
            tasks.forEach(Runnable::run);
        }
        assertThat(proxy.pendingRequests()).isZero();
        assertThat(attempts).isEmpty();
    }

    @Test
    void failsWithCredentialsProviderException() {
        TestCredentials none = new TestCredentials(() -> {
            throw new IllegalStateException("no credentials here");
        });
        try (TailscaleProxyClient client = builder.credentialsProvider(none).build()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> client.get("/"))
                    .withMessage("no credentials here");
        }
        assertThat(proxy.pendingRequests()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
