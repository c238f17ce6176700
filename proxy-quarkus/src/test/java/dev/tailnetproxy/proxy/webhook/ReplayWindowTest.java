package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** For how long a recorded request can be sent again. */
class ReplayWindowTest {

    private static final long TOLERANCE = Verifications.TOLERANCE.toSeconds();

    static Stream<Arguments> agesInSeconds() {
        return TestSender.withTime()
                .flatMap(sender -> Stream.of(
                        arguments(sender, 0L, Optional.empty()),
                        arguments(sender, TOLERANCE, Optional.empty()),
                        arguments(sender, TOLERANCE + 1, Optional.of(RefusalCause.TOO_OLD)),
                        arguments(sender, TestSender.NOW, Optional.of(RefusalCause.TOO_OLD)),
                        arguments(sender, -TOLERANCE, Optional.empty()),
                        arguments(sender, -TOLERANCE - 1, Optional.of(RefusalCause.IN_FUTURE)),
                        arguments(sender, TestSender.NOW - 999_999_999_999L, Optional.of(RefusalCause.IN_FUTURE))));
    }

    @ParameterizedTest(name = "{0}, {1} s old")
    @MethodSource("agesInSeconds")
    void timestampIsAcceptedWithinTheToleranceOnly(TestSender sender, long age, Optional<RefusalCause> cause) {
        SignedMessage message = sender.sign(
                TestSender.BODY, TestSender.NOW - age, sender.secrets().get(0));

        assertThat(Verifications.cause(sender.verdict(message))).isEqualTo(cause);
    }

    /** The sender's second has begun when the tolerance ends in the middle of one. */
    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#withTime")
    void toleranceCountsWholeSeconds(TestSender sender) {
        Instant now = Instant.ofEpochSecond(TestSender.NOW + TOLERANCE).plusMillis(999);
        Verdict verdict = Verifications.at(sender.scheme(), now, sender.secrets())
                .verify(sender.message().request());

        assertThat(Verifications.cause(verdict)).isEmpty();
    }

    static Stream<Arguments> malformedTimestamps() {
        return TestSender.withTime()
                .filter(sender -> !(sender.scheme() instanceof Stripe))
                .flatMap(sender -> Stream.of(
                                "now",
                                "-1",
                                "+" + TestSender.NOW,
                                TestSender.NOW + ".0",
                                "0x65",
                                "1e9",
                                "1700000000 ",
                                "٣",
                                "9999999999999",
                                "99999999999999999999")
                        .map(text -> arguments(sender, text)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("malformedTimestamps")
    void malformedTimestampIsRefused(TestSender sender, String text) {
        SignedMessage message = sender.message().set(sender.timestampField().orElseThrow(), text);

        assertThat(Verifications.cause(sender.verdict(message))).contains(RefusalCause.MALFORMED_TIMESTAMP);
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#withTime")
    void twoTimestampsAreRefused(TestSender sender) {
        SignedMessage message = sender.message();
        String field = sender.timestampField().orElseThrow();

        assertThat(Verifications.cause(sender.verdict(message.add(field, message.field(field)))))
                .contains(RefusalCause.REPEATED_FIELD);
        assertThat(Verifications.cause(sender.verdict(message.without(field)))).contains(RefusalCause.MISSING_FIELD);
    }

    /** What these schemes can't hinder. */
    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#withoutTime")
    void messageWithoutTimeIsAcceptedForAsLongAsItsSecret(TestSender sender) {
        SenderVerification muchLater = sender.verification(2 * TestSender.NOW);

        assertThat(muchLater.verify(sender.message().request())).isInstanceOf(Verdict.Accepted.class);
    }

    /** A sender repeats a message when the target was away. */
    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void messageIsAcceptedAgainWithinTheTolerance(TestSender sender) {
        SenderVerification verification = sender.verification(TestSender.NOW);

        assertThat(verification.verify(sender.message().request())).isInstanceOf(Verdict.Accepted.class);
        assertThat(verification.verify(sender.message().request())).isInstanceOf(Verdict.Accepted.class);
    }
}
