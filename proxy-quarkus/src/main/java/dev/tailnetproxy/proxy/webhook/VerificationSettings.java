package dev.tailnetproxy.proxy.webhook;

import java.time.Duration;
import java.util.Objects;

/**
 * How senders are verified.
 *
 * @param scheme how they sign
 * @param secretId the ARN or name of the secret in Secrets Manager
 * @param tolerance how far a signed timestamp may be from now, in both directions
 */
public record VerificationSettings(Scheme scheme, String secretId, Duration tolerance) {

    public VerificationSettings {
        Objects.requireNonNull(scheme, "scheme");
        if (secretId.isBlank()) {
            throw new IllegalArgumentException("a secret is needed");
        }
        if (tolerance.isNegative() || tolerance.isZero()) {
            throw new IllegalArgumentException("the tolerance must be longer than nothing");
        }
    }
}
