package dev.tailnetproxy.localstack.functionurl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadFormatTest {

    private static final String REQUEST_ID = "01234567-89ab-cdef-0123-456789abcdef";

    private final PayloadFormat format = new PayloadFormat(
            "local.lambda-url.us-east-1.on.aws",
            new AccessKey("AKIALOCAL", "secret"),
            Clock.fixed(Instant.parse("2026-03-12T19:03:58.390Z"), ZoneOffset.UTC));

    @Test
    void keepsPathAndQueryAsSentAndJoinsRepeatedParameters() {
        JsonObject event =
                event(new GatewayRequest("GET", "/a%2Fb", "a=1&a=2&b=%2B%20", List.of(), Buffer.buffer(), "127.0.0.1"));

        assertThat(event.getString("rawPath")).isEqualTo("/a%2Fb");
        assertThat(event.getString("rawQueryString")).isEqualTo("a=1&a=2&b=%2B%20");
        assertThat(event.getJsonObject("queryStringParameters").getMap()).isEqualTo(Map.of("a", "1,2", "b", "+ "));
        assertThat(event.getJsonObject("requestContext").getString("time")).isEqualTo("12/Mar/2026:19:03:58 +0000");
    }

    @Test
    void lowercasesNamesJoinsRepeatsAndDuplicatesCookies() {
        List<Map.Entry<String, String>> fields =
                List.of(Map.entry("X-A", "1"), Map.entry("x-a", "2"), Map.entry("Cookie", "c=1; d=2"));
        JsonObject event = event(new GatewayRequest("GET", "/", "", fields, Buffer.buffer(), "127.0.0.1"));

        assertThat(event.getJsonObject("headers").getString("x-a")).isEqualTo("1,2");
        assertThat(event.getJsonObject("headers").getString("cookie")).isEqualTo("c=1; d=2");
        assertThat(event.getJsonArray("cookies")).isEqualTo(JsonArray.of("c=1", "d=2"));
        assertThat(event.containsKey("body")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, false",
        "text/plain; charset=utf-8, false",
        "application/xml, false",
        "application/problem+json, true",
        "application/soap+xml, true",
        "application/octet-stream, true",
        "application/x-www-form-urlencoded, true",
        "'', true"
    })
    void encodesBodiesThatAreNotTextInBase64(String contentType, boolean base64) {
        JsonObject event = event(new GatewayRequest(
                "POST", "/", "", List.of(Map.entry("content-type", contentType)), Buffer.buffer("hi"), "127.0.0.1"));

        assertThat(event.getBoolean("isBase64Encoded")).isEqualTo(base64);
        assertThat(event.getString("body")).isEqualTo(base64 ? "aGk=" : "hi");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "text/xml; charset=ISO-8859-1, 63616665e9, true",
        "text/plain; charset=utf-16, fffe68006900, true",
        "text/plain; charset=UTF-16BE, 00680069, false",
        "text/plain, c3a9, false",
        "text/plain; charset=ISO-8859-1, c3a9, false",
        "text/plain, efbbbf6869, false",
        "application/json, eda080, true",
        "application/json, c0af, true",
        "application/json, f09f98, true",
        "application/json, f09f9880, false",
        "text/plain, 00, false",
        "text/plain, ff, true"
    })
    void preservesBodyBytes(String contentType, String hex, boolean base64) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        JsonObject event = event(new GatewayRequest(
                "POST", "/", "", List.of(Map.entry("content-type", contentType)), Buffer.buffer(bytes), "127.0.0.1"));

        String body = event.getString("body");
        assertThat(event.getBoolean("isBase64Encoded")).isEqualTo(base64);
        assertThat(base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "WWW-Authenticate, x-amzn-Remapped-WWW-Authenticate",
        "www-authenticate, x-amzn-Remapped-www-authenticate",
        "content-length, x-amzn-Remapped-content-length",
        "Date, x-amzn-Remapped-Date",
        "server, x-amzn-Remapped-server",
        "connection, x-amzn-Remapped-connection",
        "authorization, x-amzn-Remapped-authorization",
        "user-agent, x-amzn-Remapped-user-agent",
        "content-type, content-type",
        "location, location",
        "retry-after, retry-after",
        "ts-error-name, ts-error-name"
    })
    void remapsReservedHeaderNames(String name, String sentAs) {
        GatewayResponse response = format.response(new JsonObject()
                .put("statusCode", 200)
                .put("headers", new JsonObject().put("content-type", "a/b").put(name, "1"))
                .encode());

        assertThat(response.fields()).contains(Map.entry(sentAs, "1"));
        assertThat(response.fields()).noneMatch(field -> field.getKey().equals(name) && !name.equals(sentAs));
    }

    @ParameterizedTest
    @CsvSource({
        "{}, application/json",
        "{\"x-a\": \"1\"}, application/json",
        "{\"Content-Type\": \"text/html\"}, text/html",
        "{\"content-type\": \"\"}, ''"
    })
    void addsDefaultContentType(String headers, String type) {
        GatewayResponse response = format.response(
                "{\"statusCode\":200,\"headers\":" + headers + ",\"body\":\"aGk=\",\"isBase64Encoded\":true}");

        assertThat(response.fields().stream()
                        .filter(field -> field.getKey().equalsIgnoreCase("content-type"))
                        .map(Map.Entry::getValue))
                .containsExactly(type);
    }

    @Test
    void mapsStructuredResultToResponse() {
        String result =
                "{\"statusCode\":201,\"headers\":{\"content-type\":\"image/png\"},\"cookies\":[\"a=1\",\"b=2\"],"
                        + "\"body\":\"//4=\",\"isBase64Encoded\":true}";

        GatewayResponse response = format.response(result);

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.body().getBytes()).containsExactly(0xFF, 0xFE);
        assertThat(response.fields())
                .containsExactly(
                        Map.entry("content-type", "image/png"),
                        Map.entry("set-cookie", "a=1"),
                        Map.entry("set-cookie", "b=2"));
    }

    @Test
    void treatsNullMembersAsAbsent() {
        GatewayResponse response = format.response(
                "{\"statusCode\":204,\"headers\":null,\"multiValueHeaders\":null,\"cookies\":null,\"body\":null}");

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.body().length()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"null", "\"text\"", "{\"message\":\"no status\"}"})
    void treatsUnstructuredResultAsBody(String result) {
        GatewayResponse response = format.response(result);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).hasToString(result);
    }

    private JsonObject event(GatewayRequest call) {
        return new JsonObject(Buffer.buffer(format.event(call, REQUEST_ID)));
    }
}
