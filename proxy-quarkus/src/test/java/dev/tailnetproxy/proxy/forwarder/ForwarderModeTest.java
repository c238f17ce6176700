package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole function in forwarder mode: a gateway's event in, the fixed target's request, and what the sender gets. */
class ForwarderModeTest {

    private static final String LOG = "dev.tailnetproxy.proxy.request";
    private static final String URL = "http://" + TestProxy.PEER + "/base";

    private final RawTarget target = new RawTarget(RawTarget.bytes(
            "HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\nx-internal: db-7\r\ncontent-length: 6\r\n\r\nsecret"));
    private final List<TestProxy> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(TestProxy::close);
        target.close();
    }

    private TestProxy proxy(SenderCheck check, String... settings) {
        TestProxy proxy = TestProxy.options()
                .forwarder(ForwarderFixture.settings(URL, settings), check)
                .start();
        started.add(proxy);
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        return proxy;
    }

    private TestProxy proxy(String... settings) {
        return proxy(SenderCheck.none(), settings);
    }

    private static FunctionEventBuilder post(String path) {
        return FunctionEventBuilder.request("POST", path).httpApi("$default").text("{}");
    }

    private static FunctionResponse invoke(TestProxy proxy, FunctionEventBuilder event) throws IOException {
        return proxy.function().invoke(event.json(), 60_000);
    }

    @Test
    void forwardsEventOfHttpApi() throws Exception {
        byte[] body = {0, 1, (byte) 0xff, (byte) 0xc0};

        FunctionResponse response = invoke(
                proxy(),
                FunctionEventBuilder.request("POST", "/prod/github/grün?a=1&a=2&b=%2B")
                        .httpApi("prod")
                        .header("authorization", "Bearer of-the-sender")
                        .header("x-hub-signature-256", "sha256=00")
                        .bytes(body));

        assertThat(response.status()).isEqualTo(201);
        RawTarget.ReceivedRequest seen = target.last();
        assertThat(seen.requestLine()).isEqualTo("POST /base/github/gr%C3%BCn?a=1&a=2&b=%2B HTTP/1.1");
        assertThat(seen.body().getBytes()).isEqualTo(body);
        assertThat(seen.values("host")).isEqualTo(List.of(TestProxy.PEER));
        assertThat(seen.values("authorization")).isEqualTo(List.of("Bearer of-the-sender"));
        assertThat(seen.values("x-hub-signature-256")).isEqualTo(List.of("sha256=00"));
        assertThat(seen.values("x-forwarded-for")).isEqualTo(List.of("203.0.113.7"));
        assertThat(seen.values("x-forwarded-proto")).isEqualTo(List.of("https"));
    }

    @Test
    void forwardsEventOfFunctionUrl() throws Exception {
        TestProxy proxy = proxy("GATEWAY", "function-url", "ALLOWED_SOURCES", "203.0.113.7");

        FunctionResponse response = invoke(
                proxy, FunctionEventBuilder.request("POST", "/a%20b?x=%20").text("{}"));

        assertThat(response.status()).isEqualTo(201);
        assertThat(target.last().requestLine()).isEqualTo("POST /base/a%20b?x=%20 HTTP/1.1");
    }

    /** No gateway is named in it: the scheduler invokes the function itself. */
    @Test
    void respondsToWarmUpOfScheduler() throws Exception {
        FunctionResponse response = proxy().function()
                .invoke(Files.readString(Path.of("../cdk/src/test/resources/warm-up-event.json")), 60_000);

        assertThat(response.status()).isEqualTo(200);
        assertThat(new JsonObject(response.text()).getBoolean("warm")).isTrue();
        assertThat(target.received()).isEmpty();
    }

    /** Behind a wildcard domain the sender chooses the name, also one that is no DNS name. */
    @ParameterizedTest
    @CsvSource({"domainName, -.example.com", "domainName, -", "stage, a/b"})
    void unreadableGatewayGivesNoControl(String member, String value) throws Exception {
        for (String control : List.of("ts-health", "ts-warmer")) {
            FunctionResponse response = invoke(
                    proxy("ALLOWED_METHODS", "GET"),
                    FunctionEventBuilder.get("/")
                            .httpApi("$default")
                            .context(member, value)
                            .header(control, "true"));

            assertThat(response.status()).as(control).isEqualTo(400);
            assertThat(response.text()).doesNotContain("tailnet", "warm");
        }
    }

    /** The fields that control the proxy for clients with permission. */
    @ParameterizedTest
    @CsvSource({
        "ts-target-ip, 127.0.0.1",
        "ts-target-port, 22",
        "ts-health, true",
        "ts-warmer, true",
        "ts-warmer-hold-ms, 30000",
        "ts-timeout-ms, 1",
        "ts-timeout-ms, none",
        "ts-host, evil.example",
        "ts_target_ip, 127.0.0.1",
        "ts-metric-service, orders",
        "ts-https, perhaps",
    })
    void controlFieldsHaveNoEffect(String name, String value) throws Exception {
        TestProxy proxy = proxy("ALLOWED_METHODS", "GET");

        FunctionResponse response =
                invoke(proxy, FunctionEventBuilder.get("/").httpApi("$default").header(name, value));

        assertThat(response.status()).isEqualTo(201);
        assertThat(target.last().requestLine()).isEqualTo("GET /base HTTP/1.1");
        assertThat(target.last().values(name)).isEmpty();
        assertThat(target.last().values("host")).isEqualTo(List.of(TestProxy.PEER));
        assertThat(proxy.socks().dials()).isEqualTo(List.of(TestProxy.PEER + ":80"));
    }

    @ParameterizedTest
    @CsvSource({
        "full, 201, text/plain, db-7, secret",
        "status-and-headers, 201, '', db-7, ''",
        "status, 201, '', '', ''",
        "accepted, 202, '', '', ''",
    })
    void senderGetsConfiguredPart(String part, int status, String type, String field, String body) throws Exception {
        FunctionResponse response = invoke(proxy("RESPONSE", part), post("/"));

        assertThat(response.status()).isEqualTo(status);
        assertThat(Optional.ofNullable(response.header("content-type")).orElse(""))
                .isEqualTo(type);
        assertThat(Optional.ofNullable(response.header("x-internal")).orElse(""))
                .isEqualTo(field);
        assertThat(response.text()).isEqualTo(body);
        assertThat(response.header("content-length")).isEqualTo(Integer.toString(body.length()));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(400, "InvalidTarget", post("/a/../b")),
                Arguments.of(400, "InvalidTarget", post("/a%2e")),
                Arguments.of(400, "InvalidTarget", post("//a")),
                Arguments.of(400, "InvalidTarget", post("no-slash")),
                Arguments.of(400, "InvalidHeader", post("/").context("domainName", null)),
                Arguments.of(400, "InvalidHeader", post("/").context("stage", "a/b")),
                Arguments.of(
                        400,
                        "InvalidHeader",
                        post("/").context("http", Map.of("method", "POST", "sourceIp", "203.0.113.7, 1.2.3.4"))),
                Arguments.of(401, "Unauthorized", post("/").header("x-signature", "wrong")),
                Arguments.of(
                        403,
                        "SenderNotAllowed",
                        FunctionEventBuilder.request("POST", "/").text("{}")),
                Arguments.of(
                        403,
                        "SenderNotAllowed",
                        post("/").context("http", Map.of("method", "POST", "sourceIp", "192.0.2.1"))),
                Arguments.of(404, "PathNotAllowed", post("/private/a")),
                Arguments.of(
                        405, "MethodNotAllowed", FunctionEventBuilder.get("/").httpApi("$default")),
                Arguments.of(413, "ContentTooLarge", post("/").text("x".repeat(101))),
                Arguments.of(415, "UnsupportedMediaType", post("/").header("content-type", "text/html")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalIsNamedInLogAlone(int status, String name, FunctionEventBuilder event) throws Exception {
        SenderCheck check = (request, body) ->
                request.headers().first("x-signature").map(signature -> "the signature of x-signature is another one");
        TestProxy proxy = proxy(
                check,
                "ALLOWED_SOURCES",
                "203.0.113.0/24",
                "ALLOWED_PATHS",
                "/,/public/*",
                "ALLOWED_CONTENT_TYPES",
                "application/json",
                "MAX_BODY_BYTES",
                "100");
        CapturedLog log = CapturedLog.of(LOG);
        FunctionResponse response;
        try (log) {
            response = invoke(proxy, withType(event));
        }

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.json().encode()).doesNotContain(name, "ts-error", "TS_FORWARDER");
        assertThat(new JsonObject(response.text()).getInteger("status")).isEqualTo(status);
        assertThat(proxy.socks().dials()).isEmpty();
        Map<String, String> line =
                log.records().stream().map(ExtLogRecord::getMdcCopy).findFirst().orElseThrow();
        assertThat(line).containsEntry("error", name).containsEntry("status", Integer.toString(status));
        assertThat(line.get("reason")).isNotBlank();
    }

    /** A JSON body, unless the event says otherwise. */
    private static FunctionEventBuilder withType(FunctionEventBuilder event) {
        return event.json().contains("\"content-type\"") ? event : event.header("content-type", "application/json");
    }

    @Test
    void logNamesSenderByGateway() throws Exception {
        CapturedLog log = CapturedLog.of(LOG);
        try (log) {
            invoke(proxy(), post("/").header("x-forwarded-for", "192.0.2.99"));
            invoke(proxy(), post("/../a").header("x-forwarded-for", "192.0.2.99"));
        }

        assertThat(log.records().stream().map(line -> line.getMdcCopy().get("caller")))
                .containsExactly("203.0.113.7", "203.0.113.7");
    }

    @Test
    void slowTargetIsGatewayTimeout() throws Exception {
        target.responds((request, out) -> true);

        FunctionResponse response = invoke(proxy("TIMEOUT_MS", "300"), post("/"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(new JsonObject(response.text()).getString("title")).isEqualTo("Gateway Timeout");
    }

    @Test
    void absentTargetIsBadGateway() throws Exception {
        TestProxy proxy = proxy();
        proxy.socks().failNext(TestProxy.PEER, 80, 1);

        FunctionResponse response = invoke(proxy, post("/"));

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.json().encode()).doesNotContain(TestProxy.PEER, "ConnectionRefused");
    }

    /** A target that the policy refuses is a mistake of the operator's. */
    @Test
    void targetStandsUnderPolicy() throws Exception {
        TestProxy proxy = TestProxy.options()
                .forwarder(ForwarderFixture.settings("http://127.0.0.1:9001/2018-06-01"), SenderCheck.none())
                .start();
        started.add(proxy);

        FunctionResponse response = invoke(proxy, post("/runtime/invocation/next"));

        assertThat(response.status()).isEqualTo(502);
        assertThat(proxy.socks().dials()).isEmpty();
    }
}
