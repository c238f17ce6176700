package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics.Result;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.MemoryQueue;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the queue's messages. */
class QueueConsumerTest {

    private static RawTarget.Response status(int status) {
        return RawTarget.bytes("HTTP/1.1 " + status + " X\r\ncontent-length: 0\r\n\r\n");
    }

    private static MemoryQueue.Event one(DeliveryFixture fixture, String message) {
        return fixture.queue.event().message("m1", message, fixture.now().minusSeconds(3), 1, "");
    }

    @Test
    void acceptedRequestReachesTarget() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            byte[] body = {0, 1, (byte) 0xff};
            fixture.proxy()
                    .function()
                    .invoke(
                            FunctionEventBuilder.request("POST", "/github/grün?x=%2B")
                                    .httpApi("$default")
                                    .header("webhook-id", "msg_1")
                                    .header("x-name", "Zürich")
                                    .bytes(body)
                                    .json(),
                            30_000);

            assertThat(fixture.deliver(one(fixture, fixture.queue.puts().get(0).message())))
                    .isEmpty();

            RawTarget.ReceivedRequest seen = fixture.target.last();
            assertThat(seen.requestLine()).isEqualTo("POST /base/github/gr%C3%BCn?x=%2B HTTP/1.1");
            assertThat(seen.body().getBytes()).isEqualTo(body);
            assertThat(seen.values("host")).isEqualTo(List.of(TestProxy.PEER));
            assertThat(seen.values("webhook-id")).isEqualTo(List.of("msg_1"));
            assertThat(seen.values("x-name")).isEqualTo(List.of("ZÃ¼rich"));
            assertThat(seen.values("x-forwarded-for")).isEqualTo(List.of("203.0.113.7"));
            assertThat(seen.values("x-forwarded-proto")).isEqualTo(List.of("https"));
        }
    }

    /** The signature's time has passed long ago. */
    @Test
    void senderIsNotVerifiedAgain() throws Exception {
        SenderCheck refusing = (request, body) -> Optional.of("it is too old");
        try (DeliveryFixture fixture = DeliveryFixture.checked(refusing, "ALLOWED_PATHS", "/other")) {
            assertThat(fixture.deliver(one(fixture, DeliveryFixture.message("/a"))))
                    .isEmpty();
            assertThat(fixture.delivered()).isEqualTo(List.of("POST /base/a HTTP/1.1"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, DELIVERED, ''",
        "204, DELIVERED, ''",
        "299, DELIVERED, ''",
        "300, DEAD_LETTERED, REFUSED",
        "302, DEAD_LETTERED, REFUSED",
        "400, DEAD_LETTERED, REFUSED",
        "401, DEAD_LETTERED, REFUSED",
        "404, DEAD_LETTERED, REFUSED",
        "410, DEAD_LETTERED, REFUSED",
        "422, DEAD_LETTERED, REFUSED",
        "499, DEAD_LETTERED, REFUSED",
        "408, FAILED, ''",
        "425, FAILED, ''",
        "429, FAILED, ''",
        "500, FAILED, ''",
        "502, FAILED, ''",
        "503, FAILED, ''",
        "599, FAILED, ''",
        "999, FAILED, ''",
    })
    void targetStatusDecides(int status, Result result, String cause) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            fixture.target.responds(status(status));

            Set<String> kept = fixture.deliver(one(fixture, DeliveryFixture.message("/a")));

            assertThat(kept).isEqualTo(result == Result.FAILED ? Set.of("m1") : Set.of());
            assertThat(fixture.counted).singleElement().satisfies(counted -> {
                assertThat(counted.result()).isEqualTo(result);
                assertThat(counted.ageMillis()).isGreaterThanOrEqualTo(3000);
            });
            assertThat(fixture.queue.deadLetters().stream()
                            .map(aside -> aside.why().cause().name()))
                    .isEqualTo(cause.isEmpty() ? List.of() : List.of(cause));
            fixture.queue.deadLetters().forEach(aside -> assertThat(aside.why().status())
                    .contains(status));
        }
    }

    /** The policy is the operator's, and can be corrected. */
    @Test
    void refusalByPolicyIsNoRefusalOfMessage() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard("TARGET", "http://127.0.0.1:9001/")) {
            assertThat(fixture.deliver(one(fixture, DeliveryFixture.message("/a"))))
                    .isEqualTo(Set.of("m1"));
            assertThat(fixture.queue.deadLetters()).isEmpty();
        }
    }

    @Test
    void messagesOfStandardQueueDoNotWaitForEachOther() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            fixture.target.responds((request, out) -> {
                int code = request.requestLine().contains("bad") ? 500 : 200;
                return status(code).write(request, out);
            });
            MemoryQueue.Event event = fixture.queue.event();
            for (int i = 0; i < 10; i++) {
                event.message("m" + i, DeliveryFixture.message(i % 2 == 0 ? "/bad" : "/good"), fixture.now(), 1, "");
            }

            assertThat(fixture.deliver(event)).isEqualTo(Set.of("m0", "m2", "m4", "m6", "m8"));
            assertThat(fixture.delivered()).hasSize(10);
        }
    }

    /** Group a fails at its second message; its third must not overtake it. Group b is not concerned. */
    @Test
    void orderOfFifoGroupIsKept() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.fifo(SenderCheck.none())) {
            fixture.target.responds((request, out) -> {
                int code = request.requestLine().contains("/a2") ? 503 : 200;
                return status(code).write(request, out);
            });
            MemoryQueue.Event event = fixture.queue.event();
            for (String name : List.of("a1", "b1", "a2", "a3", "b2", "a4", "b3")) {
                event.message(name, DeliveryFixture.message("/" + name), fixture.now(), 1, name.substring(0, 1));
            }

            assertThat(fixture.deliver(event)).isEqualTo(Set.of("a2", "a3", "a4"));
            assertThat(fixture.delivered().stream().filter(line -> line.contains("/base/a")))
                    .containsExactly("POST /base/a1 HTTP/1.1", "POST /base/a2 HTTP/1.1");
            assertThat(fixture.delivered().stream().filter(line -> line.contains("/base/b")))
                    .containsExactly("POST /base/b1 HTTP/1.1", "POST /base/b2 HTTP/1.1", "POST /base/b3 HTTP/1.1");
            assertThat(fixture.queue.delays().keySet()).isEqualTo(Set.of("a2", "a3", "a4"));
        }
    }

    /** A dead letter does not hold its group up. */
    @Test
    void groupGoesOnBehindDeadLetter() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.fifo(SenderCheck.none())) {
            MemoryQueue.Event event = fixture.queue
                    .event()
                    .message("a1", "malformed", fixture.now(), 1, "a")
                    .message("a2", DeliveryFixture.message("/a2"), fixture.now(), 1, "a");

            assertThat(fixture.deliver(event)).isEmpty();
            assertThat(fixture.delivered()).isEqualTo(List.of("POST /base/a2 HTTP/1.1"));
            assertThat(fixture.queue.deadLetters()).hasSize(1);
        }
    }

    @Test
    void eachMessageHasOneLine() throws Exception {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.delivery");
        try (DeliveryFixture fixture = DeliveryFixture.standard();
                log) {
            fixture.target.responds(status(503));
            fixture.deliver(one(fixture, DeliveryFixture.message("/secret-path")));
        }

        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line)
                    .containsEntry("messageId", "m1")
                    .containsEntry("decision", "retry")
                    .containsEntry("receives", "1")
                    .containsEntry("status", "503")
                    .containsEntry("delayMs", "5000");
            assertThat(line.toString()).doesNotContain("secret-path");
        });
    }

    /** Whoever may invoke the function may have its messages in another queue. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:sqs:eu-central-1:123456789012:other",
                "arn:aws:sqs:eu-central-1:210987654321:hooks",
                "arn:aws:sns:eu-central-1:123456789012:hooks",
                "hooks",
                "",
            })
    void otherQueueIsRefused(String arn) {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            MemoryQueue.Event event =
                    one(fixture, DeliveryFixture.message("/a")).with("eventSourceARN", arn);

            assertThatIllegalArgumentException().isThrownBy(() -> fixture.deliver(event));
            assertThat(fixture.delivered()).isEmpty();
        }
    }

    @Test
    void queueEventIsNoRequestWithoutQueuedDelivery() throws IOException {
        try (TestProxy proxy = TestProxy.options().start()) {
            MemoryQueue queue = new MemoryQueue("hooks");
            String event = queue.event()
                    .message("m1", DeliveryFixture.message("/a"), proxy.clock().instant(), 1, "")
                    .json();

            assertThat(proxy.function().invoke(event, 30_000).header("ts-error-name"))
                    .isEqualTo("InvalidHeader");
        }
    }
}
