package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.client.ScriptedFunctionUrl.ReceivedRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that the client's request builder accepts, and its messages for others. */
class RequestBuilderTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClientBuilder builder = new ScriptedClient().of(proxy);

    @AfterEach
    void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Host, orders.internal, ts-host",
        "HOST, orders.internal, ts-host",
        "Connection, close, connection",
        "Content-Length, 1, body",
        "expect, 100-continue, body",
        "Upgrade, websocket, WebSocket",
        "Transfer-Encoding, chunked, length"
    })
    void explainsRestrictedHeader(String name, String value, String message) {
        try (TailscaleProxyClient client = builder.build()) {
            HttpRequest.Builder request = client.request("/");

            assertRefused(message, () -> request.header(name, value));
            assertRefused(message, () -> request.setHeader(name, value));
            assertRefused(message, () -> request.headers("x-first", "1", name, value));
            assertRefused(message, () -> request.copy().header(name, value));
        }
    }

    @ParameterizedTest
    @CsvSource({"x name, topsecret, x name", "x-name, 'top\u0001secret', x-name", "x-name, topsecrét, x-name"})
    void rejectsInvalidHeaderWithoutQuotingValue(String name, String value, String message) {
        try (TailscaleProxyClient client = builder.build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.request("/").header(name, value))
                    .withMessageContaining(message)
                    .withMessageNotContaining(value);
        }
    }

    @Test
    void supportsAllBuilderMethods() throws Exception {
        try (TailscaleProxyClient client = builder.build()) {
            HttpRequest.Builder request = client.request("/a")
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(Duration.ofSeconds(30))
                    .expectContinue(false)
                    .headers("x-first", "1", "x-second", "2")
                    .setHeader("x-second", "3");
            client.send(request.copy().GET().build());
            client.send(request.copy().DELETE().build());
            client.send(request.copy().PUT(BodyPublishers.ofString("put")).build());
            client.send(request.POST(BodyPublishers.ofString("post"))
                    .uri(URI.create("http://orders.internal/b"))
                    .build());
        }

        for (String method : List.of("GET", "DELETE", "PUT", "POST")) {
            ReceivedRequest receivedRequest = proxy.take();
            assertThat(receivedRequest.method()).isEqualTo(method);
            assertThat(receivedRequest.header("x-first")).isEqualTo("1");
            assertThat(receivedRequest.header("x-second")).isEqualTo("3");
            assertThat(receivedRequest.target()).isEqualTo(method.equals("POST") ? "/b" : "/a");
        }
    }

    private static void assertRefused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
    }
}
