package dev.tailnetproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class RuntimeApiStubTest {

    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";

    /** What a function does with each event: asks for it, and tells the path that the event is. */
    private static void serveOnce(String api) {
        URI invocation = URI.create("http://" + api + INVOCATION);
        HttpClient http = HttpClient.newHttpClient();
        var unused = http.sendAsync(
                        HttpRequest.newBuilder(invocation.resolve("next")).build(), BodyHandlers.ofString())
                .thenCompose(next -> http.sendAsync(
                        HttpRequest.newBuilder(invocation.resolve(id(next) + next.body()))
                                .POST(BodyPublishers.ofString("result"))
                                .build(),
                        BodyHandlers.discarding()));
    }

    private static String id(HttpResponse<String> next) {
        return next.headers().firstValue("lambda-runtime-aws-request-id").orElseThrow();
    }

    @Test
    void invocationGetsTheResponseOfTheFunction() throws Exception {
        try (RuntimeApiStub api = new RuntimeApiStub()) {
            serveOnce(api.address());

            assertThat(api.invoke("/response")).isEqualTo("result");
        }
    }

    @Test
    void invocationFailsWithTheErrorOfTheFunction() throws IOException {
        try (RuntimeApiStub api = new RuntimeApiStub()) {
            serveOnce(api.address());

            assertThatThrownBy(() -> api.invoke("/error"))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("result");
        }
    }
}
