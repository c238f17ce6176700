package dev.tailnetproxy.proxy.accesslog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestDnsMessages;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestProxyOptions;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The line of a request that went wrong says why, and the line of one that went well does not. */
class RequestReasonTest {

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    @TempDir
    Path dir;

    private final CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
    private final RawTarget target = new RawTarget(RawTarget.bytes(OK));

    @AfterEach
    void stop() {
        log.close();
        target.close();
    }

    private TestProxy start(TestProxyOptions options) {
        TestProxy proxy = options.start();
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        return proxy;
    }

    private List<Map<String, String>> lines() {
        return log.records().stream().map(ExtLogRecord::getMdcCopy).toList();
    }

    private Map<String, String> onlyLine() {
        await().until(() -> !lines().isEmpty());
        assertThat(lines().size()).as(() -> "" + lines()).isOne();
        return lines().get(0);
    }

    /** One way to go wrong: what the target sends, the request, and what the line says. */
    record Case(String error, String reason, String response, Consumer<TestProxy.RequestBuilder> request) {
        @Override
        public String toString() {
            return error + ": " + reason;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("TargetNotAllowed", "the target is a loopback address", OK, call -> call.to("127.0.0.1", 80)),
                new Case(
                        "TargetNotAllowed",
                        "the target is not an address of the tailnet and not allowed by configuration",
                        OK,
                        call -> call.to("192.0.2.1", 80)),
                new Case(
                        "InvalidTarget",
                        "ts-target-ip holds an address that is not in its standard spelling",
                        OK,
                        call -> call.to("127.1", 80)),
                new Case(
                        "InvalidHeader",
                        "ts-timeout-ms is not a positive whole number of milliseconds",
                        OK,
                        call -> call.header("ts-timeout-ms", "soon")),
                new Case(
                        "ConnectionRefused",
                        "the target refused the connection",
                        OK,
                        call -> call.to(TestProxy.PEER, 81)),
                new Case("NameNotFound", "the tailnet knows no such name", OK, call -> call.to("nobody", 80)),
                new Case(
                        "TailnetUnavailable",
                        "the tailnet's resolver failed: SERVFAIL: no name server is configured for this name, or none"
                                + " could answer",
                        OK,
                        call -> call.to("broken.svc.test", 80)),
                new Case("InvalidResponse", "the target's response is not valid HTTP", "no HTTP\r\n\r\n", call -> {}),
                new Case("ConnectionReset", "the connection to the target broke", "", call -> {}),
                new Case(
                        "ConnectionReset",
                        "the connection to the target broke",
                        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx",
                        call -> {}),
                new Case(
                        "ResponseTooLarge",
                        "the response is larger than the 1048576 bytes that fit into one response",
                        "HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\nx",
                        call -> {}));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logsReasonSentToClient(Case expected) {
        target.responds((request, out) -> {
            out.write(expected.response().getBytes(StandardCharsets.US_ASCII));
            return false;
        });
        try (TestProxy proxy = start(TestProxy.options().allowed("*.svc.test"))) {
            proxy.localApi().dns("broken.svc.test/A", TestDnsMessages.failure(2));
            proxy.localApi().dns("broken.svc.test/AAAA", TestDnsMessages.failure(2));
            TestProxy.RequestBuilder call = proxy.call("GET");
            expected.request().accept(call);
            ProxyResponse response = call.send();

            assertThat(onlyLine()).containsEntry("error", expected.error());
            assertThat(onlyLine()).containsEntry("reason", expected.reason());
            assertThat(response.headers().first("ts-error-message").orElse("")).isEqualTo(expected.reason());
        }
    }

    @Test
    void logsReasonOfBrokenBody() throws Exception {
        target.responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            return false;
        });
        try (TestProxy proxy = start(TestProxy.options())) {
            Body.Streamed body = (Body.Streamed) proxy.call("GET").open().body();
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            body.stream().exceptionHandler(told::complete).resume();
            told.get(60, TimeUnit.SECONDS);

            assertThat(onlyLine()).containsEntry("status", "200");
            assertThat(onlyLine()).containsEntry("error", "ConnectionReset");
            assertThat(onlyLine()).containsEntry("reason", "the connection to the target broke");
        }
    }

    @Test
    void logsExtensionProblemAfterJoinTimeout() throws Exception {
        Path file = dir.resolve("state.json");
        String message = "The auth key was refused.\r\nforged: line\u001b[2J\u2028 " + "x".repeat(5000);
        Files.writeString(
                file,
                new JsonObject()
                        .put(
                                "problem",
                                new JsonObject().put("code", "KeyRejected").put("message", message))
                        .encode());
        try (TestProxy proxy =
                start(TestProxy.options().joinWait(Duration.ofMillis(1)).stateFile(file))) {
            proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
            await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("NeedsLogin")));
            proxy.get();

            String reason = requireNonNull(onlyLine().get("reason"));
            assertThat(reason.startsWith("KeyRejected: The auth key was refused."))
                    .as(reason)
                    .isTrue();
            assertThat(reason.matches("[ -~]{1,300}")).as(reason).isTrue();
        }
    }

    @Test
    void logsReasonOfWarmUpWithoutTailnet() {
        try (TestProxy proxy = start(TestProxy.options())) {
            proxy.localApi().setStatus(TailnetStatus.notJoined("Stopped"));
            await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("Stopped")));
            proxy.call("GET")
                    .header("ts-warmer", "true")
                    .header("ts-warmer-hold-ms", "1")
                    .send();

            assertThat(onlyLine()).containsEntry("status", "200");
            assertThat(onlyLine()).containsEntry("reason", "the node is stopped");
        }
    }

    @Test
    void successHasNoReason() {
        target.responds(RawTarget.bytes("HTTP/1.1 500 No\r\ncontent-length: 0\r\nts-error-message: forged\r\n\r\n"));
        try (TestProxy proxy = start(TestProxy.options())) {
            proxy.get();

            assertThat(onlyLine()).containsEntry("status", "500");
            assertThat(onlyLine().containsKey("reason")).isFalse();
            assertThat(onlyLine().containsKey("retries")).isFalse();
        }
    }

    @Test
    void logsRetriedDial() {
        try (TestProxy proxy = start(TestProxy.options().settle(Duration.ofSeconds(60)))) {
            proxy.socks().failNext(TestProxy.PEER, 80, 2);
            proxy.get();

            assertThat(onlyLine()).containsEntry("status", "200");
            assertThat(onlyLine()).containsEntry("retries", "2");
            assertThat(onlyLine()).containsEntry("retryReason", "the target refused the connection");
            assertThat(onlyLine().containsKey("reason")).isFalse();
        }
    }

    @Test
    void logsDeadPooledConnection() {
        target.responds((request, out) -> {
            if (request.values("x-second").isEmpty() || target.connections() > 1) {
                out.write(OK.getBytes(StandardCharsets.US_ASCII));
                return true;
            }
            return false;
        });
        try (TestProxy proxy = start(TestProxy.options())) {
            proxy.get();
            proxy.call("GET").header("x-second", "1").send();
            await().until(() -> lines().size() == 2);

            assertThat(lines().get(1)).containsEntry("status", "200");
            assertThat(lines().get(1)).containsEntry("retries", "1");
            assertThat(lines().get(1)).containsEntry("retryReason", "the connection to the target broke");
        }
    }

    /** What a client does that leaves in the midst of its request, or of the response. */
    static Stream<String> departures() {
        String headerSection = "host: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n";
        return Stream.of(
                "PUT / HTTP/1.1\r\n" + headerSection + "content-length: 10\r\n\r\nabc",
                "PUT / HTTP/1.1\r\n" + headerSection + "content-length: 1000000\r\n\r\nabc",
                "GET / HTTP/1.1\r\n" + headerSection + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("departures")
    void logsClientDisconnect(String request) throws Exception {
        try (TestServer proxy = TestProxy.options().listen()) {
            CompletableFuture<Void> arrived = new CompletableFuture<>();
            proxy.target().respondsBeforeBody((received, out) -> {
                arrived.complete(null);
                return true;
            });
            try (RawClient client = proxy.client()) {
                client.send(request);
                if (!request.contains("length: 10\r")) {
                    arrived.orTimeout(30, TimeUnit.SECONDS).join();
                }
            }

            assertThat(onlyLine()).containsEntry("error", "CallerGone");
            assertThat(onlyLine())
                    .containsEntry("reason", "the client's connection ended before the response was whole");
        }
    }
}
