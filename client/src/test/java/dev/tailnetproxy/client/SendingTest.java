package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tailnetproxy.client.ScriptedFunctionUrl.ReceivedRequest;
import dev.tailnetproxy.client.signing.MetricLabels;
import dev.tailnetproxy.client.signing.SignatureCheck;
import dev.tailnetproxy.client.signing.Target;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request that arrives at the proxy, and the result for a response of the target. */
class SendingTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClientBuilder builder = new ScriptedClient().of(proxy);

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void convenienceMethodsUseDefaultTarget() throws Exception {
        proxy.next(200, Map.of("content-type", "text/plain"), "pong");
        try (TailscaleProxyClient client = builder.build()) {
            assertThat(client.get("/ping").body()).isEqualTo("pong");
            client.post("/orders", "{\"id\":1}");
            client.put("/orders/1", "{}");
            client.patch("/orders/1", "{}");
            client.delete("/orders/1");
            client.getAsync("/later").join();
            client.postAsync("/later", "[]").join();
        }

        ReceivedRequest ping = proxy.take();
        assertThat(ping.header("ts-target-ip")).isEqualTo("100.64.0.1");
        assertThat(ping.header("ts-target-port")).isEqualTo("8080");
        assertThat(ping.header("ts-https")).isEqualTo("false");
        assertThat(ping.header("ts-host")).isEmpty();
        assertThat(ping.header("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIATEST/")
                .contains("/eu-central-1/lambda/aws4_request", "host;ts-https;ts-target-ip;ts-target-port;");
        ReceivedRequest order = proxy.take();
        assertThat(order.header("content-type")).isEqualTo("application/json");
        assertThat(order.body()).isEqualTo("{\"id\":1}");
        assertThat(IntStream.range(0, 5).mapToObj(i -> take().method()).toList())
                .containsExactly("PUT", "PATCH", "DELETE", "GET", "POST");
    }

    @Test
    void usesTargetOfRequestUri() throws Exception {
        try (TailscaleProxyClient client = builder.host("not-for-this-one").build()) {
            client.send(HttpRequest.newBuilder(URI.create("https://orders.internal:8443/x?y=1"))
                    .header("Authorization", "Bearer of-the-target")
                    .build());
        }

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.target()).isEqualTo("/x?y=1");
        assertThat(receivedRequest.header("ts-target-ip")).isEqualTo("orders.internal");
        assertThat(receivedRequest.header("ts-target-port")).isEqualTo("8443");
        assertThat(receivedRequest.header("ts-https")).isEqualTo("true");
        assertThat(receivedRequest.header("ts-host")).isEqualTo("orders.internal:8443");
        assertThat(receivedRequest.header("ts-authorization")).isEqualTo("Bearer of-the-target");
        assertThat(receivedRequest.header("host")).isEqualTo(proxy.uri().getAuthority());
    }

    @Test
    void appliesBuilderSettings() throws Exception {
        try (TailscaleProxyClient client = builder.target(Target.of("device", 80))
                .https(true)
                .host("shop.example")
                .metrics(new MetricLabels("orders", "site", "north"))
                .targetTimeout(Duration.ofMillis(1500))
                .build()) {
            client.get("/");
        }

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.header("ts-https")).isEqualTo("true");
        assertThat(receivedRequest.header("ts-host")).isEqualTo("shop.example");
        assertThat(receivedRequest.header("ts-metric-service")).isEqualTo("orders");
        assertThat(receivedRequest.header("ts-metric-dimension-name")).isEqualTo("site");
        assertThat(receivedRequest.header("ts-metric-dimension-value")).isEqualTo("north");
        assertThat(receivedRequest.header("ts-timeout-ms")).isEqualTo("1500");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a%2Fb/../c", "//x//", "/?a=1&a=2&b=%2B+%20", "/a?flag", "/%E2%82%AC;v=1?q=~*'()"})
    void keepsPathAndQuery(String path) throws Exception {
        try (TailscaleProxyClient client = builder.build()) {
            client.get(path);
        }

        assertThat(proxy.take().target()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"/ä?ü=€, /%C3%A4?%C3%BC=%E2%82%AC", "/a\u0308, /a%CC%88", "/\ud83d\ude00%C3%A4, /%F0%9F%98%80%C3%A4"})
    void sendsNonAsciiAsSigned(String path, String sent) throws Exception {
        try (TailscaleProxyClient client = builder.build()) {
            client.get(path);
            client.send(HttpRequest.newBuilder(URI.create("http://orders.internal:8080" + path))
                    .build());
        }

        for (int request = 0; request < 2; request++) {
            ReceivedRequest receivedRequest = proxy.take();
            assertThat(receivedRequest.target()).isEqualTo(sent);
            assertThat(SignatureCheck.isSigned(receivedRequest)).isTrue();
        }
    }

    @Test
    void responseHoldsOriginalRequest() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://orders.internal/x")).build();
        try (TailscaleProxyClient client = builder.build()) {
            HttpResponse<String> response = client.send(request);

            assertThat(response.request()).isSameAs(request);
            assertThat(response.uri()).isEqualTo(request.uri());
            assertThat(response.previousResponse()).isEmpty();
            assertThat(response.sslSession()).isEmpty();
            assertThat(response.toString()).isEqualTo("GET http://orders.internal/x 200");
        }
    }

    @ParameterizedTest(name = "a {0} of the target is a response")
    @CsvSource({
        "204, x-any, 1",
        "301, location, http://elsewhere.example/",
        "401, www-authenticate, Basic realm=x",
        "403, x-any, 1",
        "407, proxy-authenticate, Basic realm=x",
        "413, x-any, 1",
        "429, retry-after, 1",
        "500, x-any, 1",
        "502, x-any, 1",
        "503, retry-after, 1",
        "504, x-any, 1"
    })
    void everyTargetStatusIsAResponse(int status, String header, String value) throws Exception {
        proxy.next(status, Map.of(header, value), status == 204 ? "" : "the target's");
        try (TailscaleProxyClient client = builder.build()) {
            HttpResponse<String> response = client.get("/");

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().firstValue(header)).contains(value);
        }
        proxy.take();
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void streamsResponse() throws Exception {
        CountDownLatch firstByteRead = new CountDownLatch(1);
        proxy.next(exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write('1');
            exchange.getResponseBody().flush();
            awaitQuietly(firstByteRead);
            exchange.getResponseBody().write('2');
        });
        try (TailscaleProxyClient client = builder.build();
                InputStream body = client.send(client.request("/").build(), BodyHandlers.ofInputStream())
                        .body()) {
            assertThat(body.read()).isEqualTo('1');
            firstByteRead.countDown();
            assertThat(body.read()).isEqualTo('2');
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void isThreadSafe() {
        try (TailscaleProxyClient client = builder.build()) {
            List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 50)
                    .mapToObj(i -> client.sendAsync(client.request("/" + i)
                            .POST(BodyPublishers.ofString("body " + i))
                            .build()))
                    .toList();
            responses.forEach(CompletableFuture::join);
        }

        assertThat(IntStream.range(0, 50).mapToObj(i -> take()).toList())
                .allSatisfy(receivedRequest -> assertThat(receivedRequest.body())
                        .isEqualTo("body " + receivedRequest.target().substring(1)));
    }

    @Test
    void rejectsRequestsAfterClose() {
        TailscaleProxyClient client = builder.build();
        client.close();
        client.close();

        assertThatIllegalStateException().isThrownBy(() -> client.get("/")).withMessageContaining("closed");
    }

    @Test
    void reportsMissingSettings() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TailscaleProxyClient.builder().build())
                .withMessageContaining("URL");
        assertThatIllegalStateException()
                .isThrownBy(() -> TailscaleProxyClient.builder().https(true))
                .withMessageContaining("target");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.host("a\r\nts-target-ip: 127.0.0.1").build())
                .withMessageContaining("ts-host");
        try (TailscaleProxyClient client = TailscaleProxyClient.builder()
                .url(proxy.uri())
                .region("eu-central-1")
                .credentialsProvider(TestCredentials.fixed())
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.get("/"))
                    .withMessageContaining("no target");
        }
    }

    @Test
    void rejectsUnsupportedMethod() {
        try (TailscaleProxyClient client = builder.build()) {
            HttpRequest request = client.request("/")
                    .method("PROPFIND", BodyPublishers.noBody())
                    .build();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.send(request))
                    .withMessageContaining("PROPFIND");
        }
        assertThat(proxy.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/?a=1&=2, without a name",
        "/?a=%FF, no UTF-8",
        "/?%C3=1, no UTF-8",
        "/?a=%C3%A4%ED%A0%80, no UTF-8",
        "/?a=%C0%AF, no UTF-8"
    })
    void rejectsUnsignableQuery(String path, String message) {
        try (TailscaleProxyClient client = builder.build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.get(path))
                    .withMessageContaining(message);
        }
        assertThat(proxy.pendingRequests()).isZero();
    }

    private ReceivedRequest take() {
        try {
            return proxy.take();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
