package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.MemoryQueue;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a message is tried again, and when it is given up. */
class DeliveryRetriesTest {

    private static RawTarget.Response status(int status) {
        return RawTarget.bytes("HTTP/1.1 " + status + " X\r\ncontent-length: 0\r\n\r\n");
    }

    private static MemoryQueue.Event one(DeliveryFixture fixture, String message) {
        return fixture.queue.event().message("m1", message, fixture.now().minusSeconds(3), 1, "");
    }

    @Test
    void targetThatIsAwayGetsMessageLater() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard("TIMEOUT_MS", "2000")) {
            fixture.target.responds((request, out) -> false);
            MemoryQueue.Event event = one(fixture, DeliveryFixture.message("/a"));

            assertThat(fixture.deliver(event)).isEqualTo(Set.of("m1"));
            assertThat(fixture.queue.delays()).isEqualTo(Map.of("m1", Duration.ofSeconds(5)));
            fixture.target.responds(status(200));
            assertThat(fixture.deliver(event)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "8, 640", "9, 900", "1000, 900"})
    void delayDoubles(int receives, int seconds) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            fixture.target.responds(status(500));

            fixture.deliver(
                    fixture.queue.event().message("m1", DeliveryFixture.message("/a"), fixture.now(), receives, ""));

            assertThat(fixture.queue.delays().get("m1")).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @ParameterizedTest
    @CsvSource({"3599, false", "3600, true", "90000, true"})
    void oldMessageThatFailsIsGivenUp(int ageSeconds, boolean givenUp) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard("GIVE_UP_SECONDS", "3600")) {
            fixture.target.responds(status(500));

            Set<String> kept = fixture.deliver(fixture.queue
                    .event()
                    .message("m1", DeliveryFixture.message("/a"), fixture.now().minusSeconds(ageSeconds), 9, ""));

            assertThat(kept).isEqualTo(givenUp ? Set.of() : Set.of("m1"));
            assertThat(fixture.queue.deadLetters()).hasSize(givenUp ? 1 : 0);
            fixture.queue.deadLetters().forEach(aside -> assertThat(aside.why())
                    .isEqualTo(new DeadLetter(DeadLetter.Cause.GIVEN_UP, Optional.of(500), Optional.empty())));
        }
    }

    /** So that the time to give up is that of the setting, and not up to a quarter of an hour later. */
    @Test
    void lastAttemptComesWhenItIsTimeToGiveUp() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard("GIVE_UP_SECONDS", "3600")) {
            fixture.target.responds(status(500));

            fixture.deliver(fixture.queue
                    .event()
                    .message("m1", DeliveryFixture.message("/a"), fixture.now().minusSeconds(3500), 9, ""));

            assertThat(fixture.queue.delays().get("m1")).isLessThanOrEqualTo(Duration.ofSeconds(101));
        }
    }

    @Test
    void oldMessageIsDeliveredIfTargetTakesIt() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard("GIVE_UP_SECONDS", "3600")) {
            assertThat(fixture.deliver(fixture.queue
                            .event()
                            .message(
                                    "m1",
                                    DeliveryFixture.message("/a"),
                                    fixture.now().minusSeconds(90_000),
                                    9,
                                    "")))
                    .isEmpty();
            assertThat(fixture.queue.deadLetters()).isEmpty();
        }
    }

    /** Nothing is lost while SQS fails: what is not among the dead letters stays. */
    @Test
    void messageStaysIfDeadLetterQueueFails() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            fixture.target.responds(status(400));
            fixture.queue.fails(new QueueException("no policy allows it"));

            assertThat(fixture.deliver(one(fixture, DeliveryFixture.message("/a"))))
                    .isEqualTo(Set.of("m1"));
            fixture.queue.works();
            assertThat(fixture.deliver(one(fixture, DeliveryFixture.message("/a"))))
                    .isEmpty();
            assertThat(fixture.queue.deadLetters()).hasSize(1);
        }
    }

    /** What is not tried for lack of time is not counted as a failed delivery. */
    @Test
    void messageWithoutTimeIsPostponed() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            assertThat(fixture.deliver(one(fixture, DeliveryFixture.message("/a")), 5_000))
                    .isEqualTo(Set.of("m1"));
            assertThat(fixture.delivered()).isEmpty();
            assertThat(fixture.counted).isEmpty();
        }
    }

    /** The attempt ends before the invocation does, so that its end can be reported. */
    @Test
    void silentTargetLeavesTimeForReport() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            fixture.target.responds((request, out) -> true);

            assertThat(fixture.deliver(one(fixture, DeliveryFixture.message("/a")), 7_000))
                    .isEqualTo(Set.of("m1"));
            assertThat(fixture.queue.delays().keySet()).isEqualTo(Set.of("m1"));
        }
    }
}
