package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

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
    void loopHandsEventsToFunction() throws Exception {
        HttpResponse<String> response = send("ts-target-ip", "127.0.0.1", "ts-target-port", "9001");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().firstValue("ts-error-name")).isEqualTo(Optional.of("TargetNotAllowed"));
        assertThat(response.headers().firstValue("content-type")).isEqualTo(Optional.of("application/problem+json"));
        assertThat(response.headers().allValues("content-length"))
                .isEqualTo(List.of(Integer.toString(response.body().length())));
    }

    @Test
    void loopServesEveryInvocation() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(send("ts-health", "true").statusCode()).isEqualTo(200);
        }
    }
}
