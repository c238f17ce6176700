package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.MemoryQueue;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that no function has written, and events that no queue has made. */
class HostileMessagesTest {

    private static final String SECRET = "marked-secret";

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "null",
                "[]",
                "\"" + SECRET + "\"",
                "{",
                "{\"" + SECRET,
                "{}",
                "{}" + DeliveryFixture.message("/a"),
                DeliveryFixture.message("/a") + "{}",
                "[".repeat(100_000),
                with("version", 2),
                with("version", "1"),
                with("version", 1.5),
                with("method", null),
                with("method", ""),
                with("method", "CONNECT"),
                with("method", "GET /b HTTP/1.1\r\nhost: " + SECRET + "\r\n\r\nGET"),
                with("path", 1),
                with("path", ""),
                with("path", "a"),
                with("path", "/a/../../b"),
                with("path", "/a b"),
                with("path", "/%2e%2e/b"),
                with("path", "//evil.example/"),
                with("path", "/a\r\nx: " + SECRET),
                with("path", "/" + "a".repeat(40_000)),
                with("query", null),
                with("query", "a b"),
                with("headers", null),
                with("headers", "a: b"),
                with("headers", Map.of("a", "b")),
                with("headers", List.of(List.of("a"))),
                with("headers", List.of(List.of("a", "b", "c"))),
                with("headers", List.of(Arrays.<@Nullable String>asList("a", null))),
                with("headers", List.of(List.of("a", 1))),
                with("headers", List.of(List.of("a b", "c"))),
                with("headers", List.of(List.of("a", "b\r\n" + SECRET + ": 1"))),
                with("headers", List.of(List.of("content-length", "7"))),
                with("headers", Collections.nCopies(2000, List.of("a", "x".repeat(40)))),
                with("body", null),
                with("body", "?" + SECRET),
                with("source", "localhost"),
                with("source", "203.0.113.7, 127.0.0.1"),
                with("domain", ""),
                with("domain", "a\r\nb"));
    }

    private static String with(String member, @Nullable Object value) {
        return DeliveryFixture.message(Collections.singletonMap(member, value));
    }

    /** It blocks nothing, and nothing of it is lost. */
    @ParameterizedTest
    @MethodSource("malformed")
    void malformedMessageBecomesDeadLetter(String message) throws Exception {
        CapturedLog log = CapturedLog.of("");
        try (DeliveryFixture fixture = DeliveryFixture.fifo(SenderCheck.none());
                log) {
            MemoryQueue.Event event = fixture.queue
                    .event()
                    .message("m1", message, fixture.now(), 1, "g")
                    .message("m2", DeliveryFixture.message("/next"), fixture.now(), 1, "g");

            assertThat(fixture.deliver(event)).isEmpty();

            assertThat(fixture.delivered()).isEqualTo(List.of("POST /base/next HTTP/1.1"));
            assertThat(fixture.queue.deadLetters()).singleElement().satisfies(aside -> {
                assertThat(aside.received().body()).isEqualTo(message);
                assertThat(aside.why().cause()).isEqualTo(DeadLetter.Cause.MALFORMED);
            });
        }
        assertThat(log.messages().toString()
                        + log.records().stream().map(line -> line.getMdcCopy()).toList())
                .doesNotContain(SECRET);
    }

    /** Fields that would be somebody's word for the sender's origin, or for the proxy. */
    @Test
    void fieldsOfMessageAreNotBelieved() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            String message = with(
                    "headers",
                    List.of(
                            List.of("ts-target-ip", "127.0.0.1"),
                            List.of("ts_target_ip", "127.0.0.1"),
                            List.of("ts-warmer", "true"),
                            List.of("ts-host", "evil.example"),
                            List.of("host", "evil.example"),
                            List.of("x-forwarded-for", "127.0.0.1"),
                            List.of("transfer-encoding", "chunked"),
                            List.of("connection", "close")));

            fixture.deliver(fixture.queue.event().message("m1", message, fixture.now(), 1, ""));

            assertThat(fixture.delivered()).isEqualTo(List.of("POST /base/a HTTP/1.1"));
            assertThat(fixture.target.last().values("x-forwarded-for")).isEqualTo(List.of("203.0.113.7"));
            assertThat(fixture.target.last().values("host")).isEqualTo(List.of(TestProxy.PEER));
            assertThat(fixture.target.last().headerSection().toString())
                    .doesNotContain("ts-", "ts_", "evil", "chunked");
            assertThat(fixture.proxy().socks().dials()).isEqualTo(List.of(TestProxy.PEER + ":80"));
        }
    }

    static Stream<Arguments> brokenEvents() {
        return Stream.of(
                Arguments.of("messageId", null),
                Arguments.of("messageId", ""),
                Arguments.of("receiptHandle", null),
                Arguments.of("attributes", null),
                Arguments.of("attributes", Map.of("ApproximateReceiveCount", "1")),
                Arguments.of("attributes", Map.of("ApproximateReceiveCount", "0", "SentTimestamp", "1")),
                Arguments.of("attributes", Map.of("ApproximateReceiveCount", "x", "SentTimestamp", "1")),
                Arguments.of("attributes", Map.of("ApproximateReceiveCount", "1", "SentTimestamp", "now")));
    }

    /** A failed invocation deletes nothing. */
    @ParameterizedTest
    @MethodSource("brokenEvents")
    void messageThatCannotBeNamedFailsInvocation(String member, @Nullable Object value) {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            MemoryQueue.Event event = fixture.queue
                    .event()
                    .message("m1", DeliveryFixture.message("/a"), fixture.now(), 1, "")
                    .with(member, value)
                    .message("m2", DeliveryFixture.message("/b"), fixture.now(), 1, "");

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> fixture.deliver(event));
            assertThat(fixture.delivered()).isEmpty();
        }
    }

    /** What is no event of a queue is an HTTP event, or none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Records\":[]}",
                "{\"Records\":{}}",
                "{\"Records\":null}",
                "{\"Records\":[1]}",
                "{\"Records\":[{\"eventSource\":\"aws:s3\"}]}",
                "{\"Records\":[{\"EventSource\":\"aws:sns\"}]}",
            })
    void otherEventsAreNoMessages(String event) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            assertThat(fixture.proxy().function().invoke(event, 30_000).status())
                    .isEqualTo(400);
            assertThat(fixture.delivered()).isEmpty();
        }
    }

    @Test
    void clockBehindSqsIsNoNegativeAge() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            Set<String> kept = fixture.deliver(fixture.queue
                    .event()
                    .message("m1", DeliveryFixture.message("/a"), fixture.now().plusSeconds(600), 1, ""));

            assertThat(kept).isEmpty();
            assertThat(fixture.counted.get(0).ageMillis()).isZero();
        }
    }
}
