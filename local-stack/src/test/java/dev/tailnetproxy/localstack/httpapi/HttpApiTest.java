package dev.tailnetproxy.localstack.httpapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real requests over loopback; the functions are the test's own. */
class HttpApiTest {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();

    /** Tells what it got, as the body of its response. */
    private InvocationResult echo(byte[] event) {
        events.add(new JsonObject(Buffer.buffer(event)));
        return new InvocationResult.Returned("{\"statusCode\":200,\"body\":\"done\"}");
    }

    private static FunctionInvoker returning(String result) {
        return event -> new InvocationResult.Returned(result);
    }

    private HttpResponse<String> send(URI uri, byte[] body, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void requestReachesFunctionAndResultTheClient() throws Exception {
        try (HttpApi api = HttpApi.open(HttpApiSettings.onLoopback().withStage("prod"), this::echo)) {
            HttpResponse<String> response =
                    send(api.address().resolve("/hook%20a?b=%2F"), new byte[] {0, (byte) 0xff}, "X-A", "1");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("done");
            assertThat(response.headers().firstValue("apigw-requestid"))
                    .contains(events.get(0).getJsonObject("requestContext").getString("requestId"));
        }
        assertThat(events.get(0).getString("rawPath")).isEqualTo("/prod/hook a");
        assertThat(events.get(0).getString("rawQueryString")).isEqualTo("b=%2F");
        assertThat(events.get(0).getString("body")).isEqualTo("AP8=");
        assertThat(events.get(0).getBoolean("isBase64Encoded")).isTrue();
        assertThat(events.get(0).getJsonObject("headers").getString("x-a")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "::1, [::1]"})
    void sourceIsPeerOfConnection(String address, String host) throws Exception {
        assumeTrue(isOfThisMachine(address), "this machine has no " + address);
        try (HttpApi api = HttpApi.open(HttpApiSettings.onLoopback().withHost(address), this::echo)) {
            URI uri = URI.create("http://" + host + ":" + api.address().getPort() + "/");

            assertThat(send(uri, new byte[0], "X-Forwarded-For", "192.0.2.9").statusCode())
                    .isEqualTo(200);
        }
        assertThat(source()).isEqualTo(address);
    }

    private static boolean isOfThisMachine(String address) {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return any.isBound();
        } catch (IOException missing) {
            return false;
        }
    }

    private String source() {
        return events.get(0)
                .getJsonObject("requestContext")
                .getJsonObject("http")
                .getString("sourceIp");
    }

    @Test
    void sourceCanBeSet() throws Exception {
        HttpApiSettings settings = HttpApiSettings.onLoopback().withSourceAddress(peer -> "2001:db8::7");
        try (HttpApi api = HttpApi.open(settings, this::echo)) {
            send(api.address(), new byte[0]);
        }
        assertThat(source()).isEqualTo("2001:db8::7");
    }

    static Stream<Arguments> authorizers() {
        FunctionInvoker allows = returning("{\"isAuthorized\":true,\"context\":{\"reason\":\"listed\"}}");
        return Stream.of(
                Arguments.of("allows", AuthorizerSettings.uncached(allows), 200, "done"),
                Arguments.of(
                        "denies",
                        AuthorizerSettings.uncached(returning("{\"isAuthorized\":false}")),
                        403,
                        "{\"message\":\"Forbidden\"}"),
                Arguments.of(
                        "fails",
                        AuthorizerSettings.uncached(event -> new InvocationResult.Failed("an exception")),
                        500,
                        "{\"message\":\"Internal Server Error\"}"),
                Arguments.of(
                        "lacks its identity source",
                        new AuthorizerSettings(
                                allows,
                                List.of(new IdentitySource("$request.header.authorization")),
                                Duration.ofSeconds(1)),
                        401,
                        "{\"message\":\"Unauthorized\"}"));
    }

    @ParameterizedTest(name = "an authorizer that {0}: {2}")
    @MethodSource("authorizers")
    void authorizerDecides(String name, AuthorizerSettings authorizer, int status, String body) throws Exception {
        try (HttpApi api = HttpApi.open(HttpApiSettings.onLoopback(), authorizer, this::echo)) {
            HttpResponse<String> response = send(api.address(), new byte[0]);

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).isEqualTo(body);
        }
        assertThat(events).hasSize(status == 200 ? 1 : 0);
    }

    static Stream<Arguments> sizes() {
        return Stream.of(
                Arguments.of("text of Lambda's limit less the event's own", 6_000_000, "text/plain", 100, 200),
                Arguments.of("text above Lambda's limit", 6_291_557, "text/plain", 100, 413),
                Arguments.of("bytes that fit in base64", 4_700_000, "application/octet-stream", 100, 200),
                Arguments.of("bytes that do not fit in base64", 4_720_000, "application/octet-stream", 100, 413),
                Arguments.of("more than an API takes", 10_000_001, "text/plain", 100, 413),
                Arguments.of("fields that fit", 1, "text/plain", 9_500, 200),
                Arguments.of("fields that do not fit", 1, "text/plain", 10_240, 431));
    }

    @ParameterizedTest(name = "{0}: {4}")
    @MethodSource("sizes")
    void sizesAreLimited(String name, int body, String type, int field, int status) throws Exception {
        byte[] bytes = new byte[body];
        Arrays.fill(bytes, (byte) 'x');
        try (HttpApi api = HttpApi.open(HttpApiSettings.onLoopback(), this::echo)) {
            assertThat(send(api.address(), bytes, "content-type", type, "x-long", "x".repeat(field))
                            .statusCode())
                    .isEqualTo(status);
        }
        assertThat(events).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void slowFunctionIsGivenUp() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        HttpApiLimits limits = new HttpApiLimits(1000, 1000, Duration.ofSeconds(10), Duration.ofMillis(50));
        FunctionInvoker slow = event -> {
            released.await();
            return echo(event);
        };
        try (HttpApi api = HttpApi.open(HttpApiSettings.onLoopback().withLimits(limits), slow)) {
            HttpResponse<String> response = send(api.address(), new byte[0]);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("{\"message\":\"Service Unavailable\"}");
        }
    }

    @Test
    void failedFunctionIsAnInternalError() throws Exception {
        try (HttpApi api = HttpApi.open(
                HttpApiSettings.onLoopback(), event -> new InvocationResult.Failed("an exception with a secret"))) {
            HttpResponse<String> response = send(api.address(), new byte[0]);

            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).isEqualTo("{\"message\":\"Internal Server Error\"}");
        }
    }
}
