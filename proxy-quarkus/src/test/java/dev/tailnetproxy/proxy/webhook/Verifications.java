package dev.tailnetproxy.proxy.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Verifications with secrets and a time that a test gives. */
final class Verifications {

    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private Verifications() {}

    static SenderVerification at(Scheme scheme, long seconds, List<String> secrets) {
        return at(scheme, Instant.ofEpochSecond(seconds), secrets);
    }

    static SenderVerification at(Scheme scheme, Instant now, List<String> secrets) {
        return new SenderVerification(
                scheme, TOLERANCE, new Fixed(SigningKeys.of(scheme, secrets)), Clock.fixed(now, ZoneOffset.UTC));
    }

    static Optional<RefusalCause> cause(Verdict verdict) {
        return verdict.fold(accepted -> Optional.empty(), refused -> Optional.of(refused.cause()));
    }

    private record Fixed(SigningKeys keys) implements WebhookSecrets {

        @Override
        public SigningKeys current() {
            return keys;
        }

        @Override
        public SigningKeys afterMismatch(SigningKeys tried) {
            return keys;
        }
    }
}
