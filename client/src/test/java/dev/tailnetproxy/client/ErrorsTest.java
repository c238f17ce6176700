package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The result when the proxy or Lambda responds in place of the target. */
class ErrorsTest {

    private static final Path CONTRACT = Path.of(System.getProperty("repository"), "docs/contract.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([45]\\d\\d) \\| `([A-Za-z]+)` \\|");

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClient client =
            new ScriptedClient().of(proxy).retryPolicy(RetryPolicy.never()).build();

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
    }

    static Stream<Arguments> errorsOfTheContract() throws IOException {
        return rowsOfTheContract().stream().map(row -> Arguments.of(Integer.parseInt(row.group(1)), row.group(2)));
    }

    private static List<MatchResult> rowsOfTheContract() throws IOException {
        return ROW.matcher(Files.readString(CONTRACT)).results().toList();
    }

    @Test
    void knowsAllErrorNames() throws Exception {
        assertThat(Arrays.stream(ProxyError.values())
                        .filter(error -> error != ProxyError.UNKNOWN)
                        .map(ProxyError::wireName))
                .containsExactlyInAnyOrderElementsOf(
                        rowsOfTheContract().stream().map(row -> row.group(2)).toList());
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("errorsOfTheContract")
    void throwsProxyErrorByName(int status, String name) {
        proxy.nextProxyError(status, name, Map.of("retry-after", "7"));

        ProxyException thrown = catchThrowableOfType(ProxyException.class, () -> client.get("/"));

        assertThat(thrown).hasMessage(name + ": the reason");
        assertThat(thrown.errorName()).isEqualTo(name);
        assertThat(thrown.error().wireName()).isEqualTo(name);
        assertThat(thrown.status()).isEqualTo(status);
        assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(thrown.isRetryable())
                .isEqualTo(List.of(
                                "VerificationUnavailable",
                                "TailnetUnavailable",
                                "QueueUnavailable",
                                "Overloaded",
                                "NoTailnetRoute",
                                "ConnectionRefused")
                        .contains(name));
    }

    @Test
    void throwsUnknownErrors() {
        proxy.nextProxyError(500, "BrandNew", Map.of("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"));

        ProxyException thrown = catchThrowableOfType(ProxyException.class, () -> client.get("/"));

        assertThat(thrown.error()).isEqualTo(ProxyError.UNKNOWN);
        assertThat(thrown.errorName()).isEqualTo("BrandNew");
        assertThat(thrown.isRetryable()).isFalse();
        assertThat(thrown.retryAfter()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "403, AccessDeniedException, lambda:InvokeFunctionUrl and lambda:InvokeFunction",
        "403, InvalidSignatureException, clock",
        "403, AccessDeniedException:http://internal.example/, lambda:InvokeFunctionUrl",
        "413, RequestEntityTooLargeException, 6 MB",
        "429, TooManyRequestsException, concurrency",
        "502, InternalFailure, its log"
    })
    void throwsLambdaErrorsWithAdvice(int status, String type, String advice) {
        proxy.next(status, Map.of("x-amzn-errortype", type), "{\"Message\":\"what AWS says\"}");

        FunctionUrlException thrown = catchThrowableOfType(FunctionUrlException.class, () -> client.get("/"));

        assertThat(thrown).hasMessageContaining(advice).hasMessageContaining("what AWS says");
        assertThat(thrown.status()).isEqualTo(status);
        assertThat(thrown.errorType()).isEqualTo(type.split(":", 2)[0]);
        assertThat(thrown.isThrottled()).isEqualTo(status == 429);
    }

    @Test
    void failsFutureWithSameException() {
        proxy.nextProxyError(403, "TargetNotAllowed", Map.of());

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> client.getAsync("/").join())
                .withCauseInstanceOf(ProxyException.class);
    }

    @Test
    void handlerDoesNotSeeErrorBody() {
        AtomicBoolean asked = new AtomicBoolean();
        HttpResponse.BodyHandler<String> handler = info -> {
            asked.set(true);
            return HttpResponse.BodyHandlers.ofString().apply(info);
        };
        proxy.nextProxyError(502, "ConnectionReset", Map.of());

        assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> client.send(client.request("/").build(), handler));
        assertThat(asked).isFalse();
    }

    @Test
    void truncatesErrorBody() {
        proxy.next(502, Map.of("x-amzn-errortype", "InternalFailure"), "x".repeat(1 << 20));

        assertThatExceptionOfType(FunctionUrlException.class)
                .isThrownBy(() -> client.get("/"))
                .satisfies(thrown -> assertThat(thrown).message().hasSizeLessThan(9000));
    }

    @Test
    void timesOutReadingErrorBody() {
        CountDownLatch thrown = new CountDownLatch(1);
        proxy.next(exchange -> {
            exchange.getResponseHeaders().set("ts-error-name", "Timeout");
            exchange.sendResponseHeaders(504, 10);
            exchange.getResponseBody().flush();
            try {
                thrown.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> client.get("/"));
        thrown.countDown();
    }

    @Test
    void propagatesHandlerException() {
        proxy.next(200, Map.of(), "body");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> client.send(client.request("/").build(), info -> {
                    throw new IllegalStateException("the handler's own");
                }))
                .withMessageContaining("the handler's own");
    }
}
