package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.WebhookVariables;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/** How a forwarder verifies that requests come from their sender. The scheme and the secret have no default. */
@Value.Immutable
public interface SenderVerification {

    /** {@code TS_FORWARDER_VERIFY}: how the sender signs its requests. */
    SignatureScheme getScheme();

    /**
     * {@code TS_FORWARDER_SECRET_ID}: the secret that the sender signs with, as it is or, while it is replaced, as a JSON list
     * of two. The function may read this secret.
     */
    ISecret getSecret();

    /**
     * The customer managed KMS key that encrypts the secret. The function may then decrypt with it, through Secrets Manager
     * alone.
     *
     * <p>Default: the key that the secret itself names, which one imported by its name cannot
     */
    Optional<IKey> getSecretEncryptionKey();

    /**
     * {@code TS_FORWARDER_TOLERANCE_SECONDS}: how far a signed timestamp may be from now, 1 second to 1 hour.
     *
     * <p>Default: 5 minutes
     */
    Optional<Duration> getTolerance();

    /**
     * {@code TS_FORWARDER_PUBLIC_URL}: the beginning of the URL as it is set at the sender, with the stage if there is one.
     * For {@link SignatureScheme#TWILIO} only, which needs it.
     */
    Optional<String> getPublicUrl();

    /** {@code TS_FORWARDER_HMAC_*}. For {@link SignatureScheme#HMAC} only, which needs it. */
    Optional<HmacOptions> getHmac();

    @Value.Check
    default void check() {
        ForwarderValidate.seconds("verification.tolerance", getTolerance(), WebhookVariables.TOLERANCE_SECONDS);
        ForwarderValidate.publicUrl("verification.publicUrl", getPublicUrl());
        checkBelongs("publicUrl", getPublicUrl().isPresent(), SignatureScheme.TWILIO);
        checkBelongs("hmac", getHmac().isPresent(), SignatureScheme.HMAC);
    }

    private void checkBelongs(String property, boolean isGiven, SignatureScheme scheme) {
        Validate.isTrue(
                isGiven || getScheme() != scheme,
                "verification." + property + " is missing: the scheme " + scheme + " needs it");
        Validate.isTrue(
                !isGiven || getScheme() == scheme,
                "verification." + property + " is given, but has no effect with the scheme " + getScheme()
                        + ": leave it out, or give the scheme " + scheme);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link SenderVerification}. */
    class Builder extends ImmutableSenderVerification.Builder {}
}
