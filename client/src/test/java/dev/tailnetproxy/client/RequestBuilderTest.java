package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.client.ScriptedFunctionUrl.Arrived;
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

/** What a request of the client's own builder takes, and what it says of the rest. */
class RequestBuilderTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClientBuilder builder = new ClientOfScript().of(proxy);

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
    void saysWhyAHeaderIsNotForTheTarget(String name, String value, String said) {
        try (TailscaleProxyClient client = builder.build()) {
            HttpRequest.Builder request = client.request("/");

            assertRefused(said, () -> request.header(name, value));
            assertRefused(said, () -> request.setHeader(name, value));
            assertRefused(said, () -> request.headers("x-first", "1", name, value));
            assertRefused(said, () -> request.copy().header(name, value));
        }
    }

    @ParameterizedTest
    @CsvSource({"x name, topsecret, x name", "x-name, 'top\u0001secret', x-name", "x-name, topsecrét, x-name"})
    void refusesHeadersThatCantBeSentWithoutRepeatingTheirValue(String name, String value, String said) {
        try (TailscaleProxyClient client = builder.build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.request("/").header(name, value))
                    .withMessageContaining(said)
                    .withMessageNotContaining(value);
        }
    }

    @Test
    void letsARequestBeWrittenInEveryWayThatTheJdkHas() throws Exception {
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
            Arrived arrived = proxy.take();
            assertThat(arrived.method()).isEqualTo(method);
            assertThat(arrived.header("x-first")).isEqualTo("1");
            assertThat(arrived.header("x-second")).isEqualTo("3");
            assertThat(arrived.target()).isEqualTo(method.equals("POST") ? "/b" : "/a");
        }
    }

    private static void assertRefused(String said, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(said);
    }
}
