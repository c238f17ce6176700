package dev.tailnetproxy.proxy.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides whether a request comes from the expected sender.
 *
 * <p>A signed timestamp bounds how long a recorded request can be replayed. Within that time it is accepted again: no list of
 * messages is kept. Execution environments share no memory, so such a list would miss every replay that another environment
 * gets, and the attacker causes more of them by sending several at once. It would also refuse a sender that repeats a message
 * because the target was away. The target knows repeats by the sender's id, which is forwarded.
 */
public final class SenderVerification {

    private final Scheme scheme;
    private final Duration tolerance;
    private final WebhookSecrets secrets;
    private final Clock clock;

    /** @param tolerance how far a signed timestamp may be from now, in both directions */
    public SenderVerification(Scheme scheme, Duration tolerance, WebhookSecrets secrets, Clock clock) {
        this.scheme = Objects.requireNonNull(scheme, "scheme");
        this.tolerance = Objects.requireNonNull(tolerance, "tolerance");
        this.secrets = Objects.requireNonNull(secrets, "secrets");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Verifies a request. It may wait for Secrets Manager, so it is not for an event loop.
     *
     * @throws dev.tailnetproxy.proxy.failure.ProxyFailure when there are no secrets to verify with
     */
    public Verdict verify(SignedRequest request) {
        try {
            Claim claim = scheme.claim(request);
            claim.timestamp().ifPresent(this::checkTime);
            return verify(claim);
        } catch (RefusedSignature refused) {
            return refused.verdict();
        }
    }

    /** The id of an accepted request, if the signature covers it. */
    public Optional<String> messageId(SignedRequest accepted) {
        try {
            return scheme.claim(accepted).messageId();
        } catch (RefusedSignature refused) {
            return Optional.empty();
        }
    }

    /** In whole seconds, like the timestamp, so that the borders are those that the senders document. */
    private void checkTime(Instant signedAt) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (signedAt.isBefore(now.minus(tolerance))) {
            throw new RefusedSignature(RefusalCause.TOO_OLD, "timestamp");
        }
        if (signedAt.isAfter(now.plus(tolerance))) {
            throw new RefusedSignature(RefusalCause.IN_FUTURE, "timestamp");
        }
    }

    private Verdict verify(Claim claim) {
        SigningKeys keys = secrets.current();
        OptionalInt match = keys.match(claim);
        if (match.isEmpty()) {
            SigningKeys newer = secrets.afterMismatch(keys);
            match = newer == keys ? match : newer.match(claim);
        }
        if (match.isEmpty()) {
            throw new RefusedSignature(RefusalCause.WRONG_SIGNATURE, "signature");
        }
        return new Verdict.Accepted(claim.messageId(), match.getAsInt() > 0);
    }
}
