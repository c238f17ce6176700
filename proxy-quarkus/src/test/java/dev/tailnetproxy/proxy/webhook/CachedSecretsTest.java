package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.testkit.TestClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When secrets are read, and with which ones a sender is verified meanwhile. */
class CachedSecretsTest {

    private static final String OLD = "the old marked secret";
    private static final String NEW = "the new marked secret";
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final TestClock clock = TestClock.stopped();
    private final Source source = new Source();
    private final CapturedLog log = CapturedLog.of("dev.tailnetproxy");
    private final SenderVerification verification = new SenderVerification(
            new GitHub(), Verifications.TOLERANCE, new CachedSecrets(new GitHub(), source, clock), clock);
    private final TestSender sender = TestSender.all().findFirst().orElseThrow();

    private static final class Source implements SecretSource {
        private Optional<String> text = Optional.of(OLD);
        private int readings;

        @Override
        public String read() {
            readings++;
            return text.orElseThrow(() -> new UnreadableSecretException("no network"));
        }
    }

    @AfterEach
    void stop() {
        log.close();
    }

    private boolean accepts(String secret) {
        SignedMessage message = sender.sign(TestSender.BODY, 0, secret);
        return Verifications.cause(verification.verify(message.request())).isEmpty();
    }

    private void assertNothingCanBeVerified() {
        assertThatExceptionOfType(ProxyFailure.class)
                .isThrownBy(() -> accepts(OLD))
                .satisfies(failure -> assertThat(failure.name()).isEqualTo(ErrorName.VERIFICATION_UNAVAILABLE))
                .satisfies(failure -> assertThat(failure.reason()).doesNotContain("network", "marked"));
    }

    @Test
    void secretIsReadAtTheFirstRequestAndKept() {
        assertThat(source.readings).isZero();
        for (int i = 0; i < 10; i++) {
            assertThat(accepts(OLD)).isTrue();
        }

        assertThat(source.readings).isEqualTo(1);
    }

    @Test
    void oldSecretIsReadAgain() {
        assertThat(accepts(OLD)).isTrue();
        source.text = Optional.of(NEW);
        clock.pass(CachedSecrets.MAX_AGE.minus(MOMENT));
        assertThat(accepts(OLD)).isTrue();
        assertThat(source.readings).isEqualTo(1);
        clock.pass(MOMENT);

        assertThat(accepts(OLD)).isFalse();
        assertThat(accepts(NEW)).isTrue();
        assertThat(source.readings).isEqualTo(2);
    }

    @Test
    void failedSignatureReadsTheNewSecret() {
        assertThat(accepts(OLD)).isTrue();
        source.text = Optional.of(NEW);
        clock.pass(CachedSecrets.MISMATCH_INTERVAL);

        assertThat(accepts(NEW)).isTrue();
        assertThat(source.readings).isEqualTo(2);
    }

    @Test
    void strangerCausesOneReadingInAnInterval() {
        assertThat(accepts(OLD)).isTrue();
        clock.pass(CachedSecrets.MISMATCH_INTERVAL.minus(MOMENT));
        for (int i = 0; i < 100; i++) {
            assertThat(accepts(NEW)).isFalse();
        }
        assertThat(source.readings).isEqualTo(1);
        clock.pass(MOMENT);
        for (int i = 0; i < 100; i++) {
            assertThat(accepts(NEW)).isFalse();
        }

        assertThat(source.readings).isEqualTo(2);
        assertThat(accepts(OLD)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256=", "sha256=x", "sha1=0"})
    void malformedSignatureReadsNothing(String signature) {
        SignedMessage message = SignedMessage.of(TestSender.BODY, "X-Hub-Signature-256", signature);

        assertThat(Verifications.cause(verification.verify(message.request()))).isPresent();
        assertThat(source.readings).isZero();
    }

    @Test
    void secretIsUsedForABoundedTimeWhileItCantBeRead() {
        assertThat(accepts(OLD)).isTrue();
        source.text = Optional.empty();
        clock.pass(CachedSecrets.LONGEST_USE.minus(MOMENT));
        assertThat(accepts(OLD)).isTrue();
        clock.pass(MOMENT);

        assertNothingCanBeVerified();
    }

    @Test
    void withoutASecretNothingIsAcceptedNorRefused() {
        source.text = Optional.empty();
        for (int i = 0; i < 10; i++) {
            assertNothingCanBeVerified();
        }
        assertThat(source.readings).isEqualTo(1);
        source.text = Optional.of(OLD);
        clock.pass(CachedSecrets.RETRY_INTERVAL);

        assertThat(accepts(OLD)).isTrue();
        assertThat(source.readings).isEqualTo(2);
    }

    @Test
    void failedReadingAfterAMismatchKeepsTheSecret() {
        assertThat(accepts(OLD)).isTrue();
        source.text = Optional.empty();
        clock.pass(CachedSecrets.MISMATCH_INTERVAL);

        assertThat(accepts(NEW)).isFalse();
        assertThat(accepts(OLD)).isTrue();
        assertThat(source.readings).isEqualTo(2);
    }

    @Test
    void clockThatIsSetBackReadsAgain() {
        assertThat(accepts(OLD)).isTrue();
        clock.pass(Duration.ofDays(-1));
        source.text = Optional.of(NEW);

        assertThat(accepts(NEW)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"marked", "{\"marked\": 1}", "[\"marked\"", "[marked]"})
    void logShowsNothingOfASecret(String text) {
        source.text = Optional.of(text);
        assertNothingCanBeVerified();

        assertThat(log.warnings()).hasSize(1).allMatch(line -> line.contains("can't be read"));
        assertThat(log.messages().toString()).doesNotContain("marked");
        assertThat(log.records()).allMatch(logged -> logged.getThrown() == null);
    }

    @Test
    void keysHaveNoText() {
        SigningKeys keys = new CachedSecrets(new GitHub(), source, clock).current();

        assertThat(keys).hasToString("1 keys");
        assertThat(new SigningKey(TestSender.utf8(OLD))).hasToString("a key");
    }
}
