package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailnetproxy.proxy.support.TestTailnet;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaApi;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/**
 * Events through the extension's poll loop, which a native executable runs where a managed runtime has the handler class.
 * The extension's test server makes the events of HTTP requests. It gives them no deadline, so no target is reached.
 */
@QuarkusTest
@WithTestResource(TestTailnet.class)
class PollLoopTest {

    private final URI server = URI.create("http://"
            + ConfigProvider.getConfig().getValue(AmazonLambdaApi.QUARKUS_INTERNAL_AWS_LAMBDA_TEST_API, String.class));

    private HttpResponse<String> send(String... headers) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(server.resolve("/"))
                                .headers(headers)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void loopHandsEventsToFunction() throws IOException, InterruptedException {
        HttpResponse<String> response = send("ts-target-ip", "127.0.0.1", "ts-target-port", "9001");

        assertEquals(403, response.statusCode());
        assertEquals(Optional.of("TargetNotAllowed"), response.headers().firstValue("ts-error-name"));
        assertEquals(Optional.of("application/problem+json"), response.headers().firstValue("content-type"));
        assertEquals(
                List.of(Integer.toString(response.body().length())),
                response.headers().allValues("content-length"));
    }

    @Test
    void loopServesEveryInvocation() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            assertEquals(200, send("ts-health", "true").statusCode());
        }
    }
}
