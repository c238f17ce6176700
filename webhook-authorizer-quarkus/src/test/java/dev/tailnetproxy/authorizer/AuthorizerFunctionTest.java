package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.testkit.TestInvocation;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaApi;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole function, in the way of the managed Java runtime and through the poll loop of native executables. */
@QuarkusTest
@TestProfile(AuthorizerFunctionTest.TwoSources.class)
class AuthorizerFunctionTest {

    /** A list of both families. */
    public static class TwoSources implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("AUTHD_SOURCE_CIDR", "203.0.113.0/24, 2001:db8::/32");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, true, listed",
        "2001:db8::7, true, listed",
        "203.0.114.7, false, not-listed",
        "2001:db9::7, false, not-listed",
        "203.0.113.07, false, unexpected-event"
    })
    void functionDecidesOnBothRuntimes(String source, boolean isAuthorized, String reason) throws Exception {
        String event = TestEvent.from(source).json();

        for (JsonNode response : new JsonNode[] {asManagedRuntime(event), throughPollLoop(event)}) {
            assertThat(response.at("/isAuthorized").isBoolean()).isTrue();
            assertThat(response.at("/isAuthorized").asBoolean()).isEqualTo(isAuthorized);
            assertThat(response.at("/context/reason").asText()).isEqualTo(reason);
        }
    }

    private static JsonNode asManagedRuntime(String event) throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        AmazonLambdaRecorder.handle(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), response, new TestInvocation(10_000));
        return TestEvent.parse(response.toString(StandardCharsets.UTF_8));
    }

    /** The extension's test server hands the body of a POST to the loop as the event. */
    private static JsonNode throughPollLoop(String event) throws Exception {
        URI server = URI.create("http://"
                + ConfigProvider.getConfig()
                        .getValue(AmazonLambdaApi.QUARKUS_INTERNAL_AWS_LAMBDA_TEST_API, String.class));
        HttpResponse<String> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(server.resolve("/"))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(event))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return TestEvent.parse(response.body());
    }
}
