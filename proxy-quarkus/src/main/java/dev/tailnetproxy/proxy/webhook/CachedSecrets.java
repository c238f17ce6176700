package dev.tailnetproxy.proxy.webhook;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the secrets in memory, and reads them again when they are old or a signature fails. How often is bounded for both,
 * because each reading is a paid call and strangers decide how many signatures fail.
 */
public final class CachedSecrets implements WebhookSecrets {

    /** After this a secret that the operator has removed is no longer accepted. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** While the source can't be read, secrets are used for this long. */
    static final Duration LONGEST_USE = Duration.ofHours(1);

    /** A new secret is known after this time at the latest. */
    static final Duration MISMATCH_INTERVAL = Duration.ofSeconds(30);

    /** Between two readings when the first one failed. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(CachedSecrets.class);

    private final Scheme scheme;
    private final SecretSource source;
    private final Clock clock;
    private @Nullable Read latest;
    private @Nullable Instant triedAt;

    private record Read(SigningKeys keys, Instant at) {}

    public CachedSecrets(Scheme scheme, SecretSource source, Clock clock) {
        this.scheme = Objects.requireNonNull(scheme, "scheme");
        this.source = Objects.requireNonNull(source, "source");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public synchronized SigningKeys current() {
        Instant now = clock.instant();
        if ((latest == null || hasPassed(MAX_AGE, latest.at(), now)) && mayTry(RETRY_INTERVAL, now)) {
            read(now);
        }
        if (latest == null || hasPassed(LONGEST_USE, latest.at(), now)) {
            throw new ProxyFailure(ErrorName.VERIFICATION_UNAVAILABLE, "no secret of the sender can be read");
        }
        return latest.keys();
    }

    @Override
    public synchronized SigningKeys afterMismatch(SigningKeys tried) {
        Instant now = clock.instant();
        boolean isLatest = latest == null || latest.keys() == tried;
        if (isLatest && mayTry(MISMATCH_INTERVAL, now)) {
            read(now);
        }
        return latest == null ? tried : latest.keys();
    }

    private boolean mayTry(Duration interval, Instant now) {
        return triedAt == null || hasPassed(interval, triedAt, now);
    }

    /** A wall clock may be set back; what then lies in the future has passed. */
    private static boolean hasPassed(Duration interval, Instant since, Instant now) {
        return now.isBefore(since) || Duration.between(since, now).compareTo(interval) >= 0;
    }

    private void read(Instant now) {
        triedAt = now;
        try {
            latest = new Read(SigningKeys.of(scheme, SecretText.parse(source.read())), now);
        } catch (UnreadableSecretException | IllegalArgumentException e) {
            // The message alone: it quotes nothing of a secret. Readings are rare, so each failure has its line.
            LOG.errorf("the secret of the webhook's sender can't be read: %s", e.getMessage());
        }
    }
}
