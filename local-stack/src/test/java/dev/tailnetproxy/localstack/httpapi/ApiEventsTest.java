package dev.tailnetproxy.localstack.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiEventsTest {

    private static final List<Map.Entry<String, String>> NO_FIELDS = List.of();

    private final ApiEvents events = new ApiEvents();

    /** The example of AWS's documentation, from the request that it describes. */
    @Test
    void eventIsThatOfDocumentation() throws IOException {
        JsonObject documented = documented();
        GatewayRequest request = new GatewayRequest(
                "POST",
                "/my/path",
                "parameter1=value1&parameter1=value2&parameter2=value",
                List.of(
                        Map.entry("Header1", "value1"),
                        Map.entry("header2", "value1"),
                        Map.entry("Header2", "value2"),
                        Map.entry("Cookie", "cookie1; cookie2"),
                        Map.entry("user-agent", "agent"),
                        Map.entry("content-type", "text/plain")),
                Buffer.buffer("Hello from Lambda"),
                "192.0.2.1");

        JsonObject event = integration(request, "$default");

        assertThat(event.fieldNames()).isEqualTo(documented.fieldNames());
        for (String member : List.of(
                "version",
                "routeKey",
                "rawPath",
                "rawQueryString",
                "cookies",
                "queryStringParameters",
                "body",
                "isBase64Encoded")) {
            assertThat(event.getValue(member)).as(member).isEqualTo(documented.getValue(member));
        }
        assertThat(event.getJsonObject("headers").getMap())
                .containsAllEntriesOf(documented.getJsonObject("headers").getMap());
        JsonObject context = event.getJsonObject("requestContext");
        assertThat(context.fieldNames())
                .isEqualTo(documented.getJsonObject("requestContext").fieldNames());
        assertThat(context.getJsonObject("http"))
                .isEqualTo(documented.getJsonObject("requestContext").getJsonObject("http"));
    }

    @Test
    void authorizerGetsAllButTheBody() throws IOException {
        ApiRequest request = request(
                new GatewayRequest("POST", "/my/path", "a=1", NO_FIELDS, Buffer.buffer("secret"), "192.0.2.1"), "prod");

        JsonObject event = new JsonObject(Buffer.buffer(events.authorizer(request, List.of("192.0.2.1"))));

        Set<String> expected = new TreeSet<>(documented().fieldNames());
        expected.removeAll(Set.of("body", "isBase64Encoded", "cookies"));
        expected.addAll(Set.of("type", "routeArn", "identitySource"));
        assertThat(new TreeSet<>(event.fieldNames())).isEqualTo(expected);
        assertThat(event.getString("type")).isEqualTo("REQUEST");
        assertThat(event.getJsonArray("identitySource")).isEqualTo(JsonArray.of("192.0.2.1"));
        assertThat(event.encode()).doesNotContain("secret");
    }

    @Test
    void authorizerWithoutIdentitySourceGetsNull() {
        ApiRequest request =
                request(new GatewayRequest("GET", "/", "", NO_FIELDS, Buffer.buffer(), "192.0.2.1"), "$default");

        JsonObject event = new JsonObject(Buffer.buffer(events.authorizer(request, List.of())));

        assertThat(event.containsKey("identitySource")).isTrue();
        assertThat(event.getValue("identitySource")).isNull();
    }

    @ParameterizedTest(name = "{0} of stage {1}")
    @CsvSource({
        "/a/b, $default, /a/b",
        "/, $default, /",
        "/a/b, prod, /prod/a/b",
        "/, prod, /prod/",
        "/a%20b, $default, '/a b'",
        "/a+b, $default, /a+b",
        "/gr%C3%BCn, $default, /grün",
        "/a%2Fb, $default, /a/b",
        "/a%252Fb, $default, /a%2Fb",
        "/a%3Fb=c, $default, /a",
        "/a%23b, $default, /a#b",
        "/a%zz, $default, /a%zz",
        "/%ff, $default, /\ufffd",
        "/a/%2e%2e/b, prod, /prod/a/../b",
        "/a/../b, $default, /a/../b",
        "//a, $default, //a"
    })
    void pathIsDecodedOnceBehindStage(String sent, String stage, String rawPath) {
        JsonObject event =
                integration(new GatewayRequest("GET", sent, "x=%2F", NO_FIELDS, Buffer.buffer(), "192.0.2.1"), stage);

        assertThat(event.getString("rawPath")).isEqualTo(rawPath);
        assertThat(event.getString("rawQueryString")).isEqualTo("x=%2F");
        assertThat(event.getJsonObject("requestContext").getString("stage")).isEqualTo(stage);
        assertThat(event.getJsonObject("requestContext").getJsonObject("http").getString("path"))
                .isEqualTo(rawPath);
    }

    /** Nobody may believe what a client says of addresses; AWS passes it on. */
    @Test
    void clientsOwnForwardedFieldsStay() {
        JsonObject headers = integration(
                        new GatewayRequest(
                                "GET",
                                "/",
                                "",
                                List.of(
                                        Map.entry("X-Forwarded-For", "10.0.0.1"),
                                        Map.entry("Forwarded", "for=10.0.0.1"),
                                        Map.entry("X-Forwarded-Proto", "http")),
                                Buffer.buffer(),
                                "2001:db8::7"),
                        "$default")
                .getJsonObject("headers");

        assertThat(headers.getString("x-forwarded-for")).isEqualTo("10.0.0.1, 2001:db8::7");
        assertThat(headers.getString("forwarded")).isEqualTo("for=10.0.0.1");
        assertThat(headers.getString("x-forwarded-proto")).isEqualTo("https");
    }

    /** A Function URL gives them in both places. */
    @Test
    void cookiesAreInTheirListOnly() {
        JsonObject event = integration(
                new GatewayRequest(
                        "GET",
                        "/",
                        "",
                        List.of(Map.entry("Cookie", "a=1; b=2"), Map.entry("cookie", "c=3")),
                        Buffer.buffer(),
                        "192.0.2.1"),
                "$default");

        assertThat(event.getJsonArray("cookies")).isEqualTo(JsonArray.of("a=1", "b=2", "c=3"));
        assertThat(event.getJsonObject("headers").containsKey("cookie")).isFalse();
    }

    @Test
    void contextOfAuthorizerIsInRequestContext() {
        JsonObject context = new JsonObject().put("reason", "listed");
        ApiRequest request =
                request(new GatewayRequest("GET", "/", "", NO_FIELDS, Buffer.buffer(), "192.0.2.1"), "$default");

        JsonObject event = new JsonObject(Buffer.buffer(events.integration(request, context)));

        assertThat(event.getJsonObject("requestContext").getJsonObject("authorizer"))
                .isEqualTo(new JsonObject().put("lambda", context));
    }

    private JsonObject integration(GatewayRequest request, String stage) {
        return new JsonObject(Buffer.buffer(events.integration(request(request, stage), new JsonObject())));
    }

    private static ApiRequest request(GatewayRequest request, String stage) {
        return new ApiRequest(
                request, stage, "01234567-89ab-cdef-0123-456789abcdef", Instant.parse("2020-03-12T19:03:58.390Z"));
    }

    private static JsonObject documented() throws IOException {
        try (InputStream file = ApiEventsTest.class.getResourceAsStream("/events/http-api-documentation.json")) {
            return new JsonObject(Buffer.buffer(file.readAllBytes()));
        }
    }
}
