package dev.tailnetproxy.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.support.AllocatedBytes;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is logged for a request. */
class RequestLogTest {

    @Test
    void logsOneLinePerRequest() {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (log;
                RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 201 X\r\ncontent-length: 2\r\n\r\nok"));
                TestProxy proxy = TestProxy.options().start()) {
            proxy.socks().route(TestProxy.PEER, 80, target.port());
            proxy.call("PUT").body(Body.of(new byte[3])).send();
            proxy.call("GET").to("127.0.0.1", 9001).send();
        }
        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).containsEntry("method", "PUT");
        assertThat(lines.get(0)).containsEntry("target", TestProxy.PEER + ":80");
        assertThat(lines.get(0)).containsEntry("status", "201");
        assertThat(lines.get(0)).containsEntry("bytesIn", "3");
        assertThat(lines.get(0)).containsEntry("bytesOut", "2");
        assertThat(lines.get(0)).containsEntry("requestId", "test");
        assertThat(lines.get(0)).containsKey("durationMs");
        assertThat(lines.get(0)).containsKey("firstByteMs");
        assertThat(lines.get(1)).containsEntry("error", "TargetNotAllowed");
        assertThat(lines.get(1)).containsEntry("status", "403");
    }

    static Stream<Arguments> callers() {
        String role = "arn:aws:sts::123456789012:assumed-role/orders/session@example.com";
        String user = "arn:aws-cn:iam::123456789012:user/team/alice";
        String root = "arn:aws-us-gov:iam::123456789012:root";
        String longest = "arn:aws:iam::123456789012:user/" + "p".repeat(512) + "/alice";
        return Stream.of(
                Arguments.of(iam(role, "123456789012"), role),
                Arguments.of(iam(user, "123456789012"), user),
                Arguments.of(iam(root, ""), root),
                Arguments.of(iam(longest, "123456789012"), longest),
                Arguments.of(iam(role, "210987654321"), "-"),
                Arguments.of(iam("alice\n{\"status\":200}", "123456789012"), "-"),
                Arguments.of(iam("arn:aws:iam::123456789012:user/a\u0085b", "123456789012"), "-"),
                Arguments.of(iam(longest + "/" + "p".repeat(512), "123456789012"), "-"),
                Arguments.of(new JsonObject(), "-"));
    }

    private static JsonObject iam(String arn, String account) {
        return new JsonObject()
                .put("userArn", arn)
                .put("accountId", account)
                .put("accessKey", "access-key-of-the-caller");
    }

    @ParameterizedTest
    @MethodSource("callers")
    void logsSigningPrincipal(JsonObject iam, String client) throws Exception {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (log;
                TestProxy proxy = TestProxy.options().start()) {
            for (FunctionEventBuilder event : List.of(
                    FunctionEventBuilder.get("/"),
                    FunctionEventBuilder.request("CONNECT", "/"),
                    FunctionEventBuilder.get("no-slash"))) {
                event.authorizer(iam.getMap())
                        .header("x-amzn-caller", "arn:aws:iam::999999999999:user/mallory")
                        .header("x-forwarded-for", "192.0.2.99");
                proxy.function().invoke(event.json(), 30_000);
            }
            proxy.function()
                    .invoke(
                            FunctionEventBuilder.get("/")
                                    .authorizer(iam.getMap())
                                    .member("headers", 1)
                                    .member("isBase64Encoded", true)
                                    .member("body", "?")
                                    .json(),
                            30_000);
        }

        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertThat(lines).hasSize(4);
        lines.forEach(line -> {
            assertThat(line).containsEntry("caller", client);
            assertThat(line.toString().contains("access-key-of-the-caller"))
                    .as(line::toString)
                    .isFalse();
            assertThat(line.toString().contains("mallory")).as(line::toString).isFalse();
        });
    }

    @Test
    void logsPeerAddressOnHttpPort() throws Exception {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (log;
                TestServer proxy = TestProxy.options().listen()) {
            for (String request : List.of(
                    "GET / HTTP/1.1\r\n" + TestServer.TARGET + "x-forwarded-for: 192.0.2.99\r\n\r\n",
                    "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n")) {
                try (RawClient client = proxy.client()) {
                    client.send(request).response();
                }
            }
            await().untilAsserted(() -> assertThat(log.records()).hasSize(2));
        }

        log.records().forEach(line -> assertThat(line.getMdcCopy()).containsEntry("caller", "127.0.0.1"));
    }

    @Test
    void logsInvalidEvent() throws Exception {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (log;
                TestProxy proxy = TestProxy.options().start()) {
            proxy.function().invoke("{\"warm\":true}", 30_000);
        }
        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).containsEntry("error", "InvalidHeader");
        assertThat(lines.get(0)).containsEntry("status", "400");
        assertThat(lines.get(0)).containsEntry("requestId", "test-request");
    }

    @Test
    void lineTakesLittleOfTheHeap() throws Exception {
        RequestSummary summary = new RequestSummary(
                "7d1f",
                new Caller.Peer("192.0.2.1"),
                "GET",
                "100.64.0.7:8080",
                200,
                Outcome.Forwarded.INSTANCE,
                RetryCount.NONE,
                0,
                1024,
                Duration.ofMillis(3),
                Optional.of(Duration.ofMillis(2)),
                Optional.empty());
        Logger logger = Logger.getLogger("dev.tailnetproxy.proxy.request");
        AtomicLong written = new AtomicLong();
        ExtHandler handler = new ExtHandler() {
            @Override
            protected void doPublish(ExtLogRecord line) {
                written.addAndGet(line.getMdcCopy().size());
            }
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            long bytes = AllocatedBytes.perRun(() -> {
                RequestLog.write(summary);
                return written;
            });

            assertThat(bytes).isLessThanOrEqualTo(2_500);
            assertThat(written.get()).isPositive();
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
    }
}
