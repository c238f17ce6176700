package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.RotationVariables;
import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/** Properties of {@link TailscaleKeyRotation}. */
@Value.Immutable
public interface TailscaleKeyRotationProps extends JavaFunctionProps {

    /** The secret with the auth key, which the proxy reads. */
    ISecret getSecret();

    /** The secret with the OAuth client, or with headscale's API key. */
    ISecret getCredentials();

    /** Tags of nodes that join with the key; at least one. */
    List<String> getNodeTags();

    /**
     * The field of the secret that holds the key, where it is JSON.
     *
     * <p>Default: the secret is the key
     */
    Optional<String> getSecretKeyField();

    /**
     * KMS key of the rotated secret, where the secret does not name it.
     *
     * <p>Default: that of the secret
     */
    Optional<IKey> getSecretEncryptionKey();

    /**
     * KMS key of the secret with the credentials, where that secret does not name it.
     *
     * <p>Default: that of the secret
     */
    Optional<IKey> getCredentialsEncryptionKey();

    /**
     * Days between two rotations, 1 to 89; fewer than {@link #getKeyDays()}.
     *
     * <p>Default: 60
     */
    @Value.Default
    default int getPeriodDays() {
        return 60;
    }

    /**
     * Days until a key expires, 2 to 90.
     *
     * <p>Default: 90
     */
    @Value.Default
    default int getKeyDays() {
        return 90;
    }

    /**
     * How long the old key stays valid beside the new one, in whole hours. It is looked for once a day.
     *
     * <p>Default: one day
     */
    @Value.Default
    default Duration getOverlap() {
        return Duration.hours(24);
    }

    /**
     * Whether the first rotation happens at the deployment. Without it the secret has to hold a key with the wanted
     * capabilities, which Secrets Manager tests then.
     *
     * <p>Default: true
     */
    @Value.Default
    default boolean isRotateImmediately() {
        return true;
    }

    /**
     * The address of headscale, for a tailnet with it.
     *
     * <p>Default: Tailscale
     */
    Optional<String> getHeadscaleUrl();

    /** The id of the headscale user whose keys are all of this secret; together with {@link #getHeadscaleUrl()}. */
    Optional<Integer> getHeadscaleUser();

    /**
     * What a failed rotation triggers.
     *
     * <p>Default: the alarm alone
     */
    List<IAlarmAction> getAlarmActions();

    /**
     * Path of the function's zip; a relative path is resolved against the working folder.
     *
     * <p>Default: {@code key-rotation-quarkus/target/function.zip} of the checkout that these classes were built in
     */
    @Override
    @Value.Default
    default String getFunctionArchive() {
        return BuildOutputs.find().keyRotation();
    }

    /**
     * One, and no property: two rotations of one secret at the same time would take each other's new key for a stray one.
     */
    @Override
    default Optional<Integer> getReservedConcurrentExecutions() {
        return Optional.of(1);
    }

    @Value.Check
    default void check() {
        Validate.isTrue(!getNodeTags().isEmpty(), "nodeTags is empty: give at least one tag, such as tag:lambda");
        Validate.tags("nodeTags", getNodeTags());
        Validate.range("periodDays", getPeriodDays(), 1, 89);
        Validate.range("keyDays", Optional.of(getKeyDays()), RotationVariables.KEY_DAYS);
        Validate.isTrue(
                getKeyDays() > getPeriodDays(),
                "keyDays is " + getKeyDays() + " and periodDays is " + getPeriodDays()
                        + ": a key has to outlive the time until the next rotation");
        Validate.hours("overlap", getOverlap(), RotationVariables.OVERLAP_HOURS);
        Validate.httpUrl("headscaleUrl", getHeadscaleUrl());
        Validate.range("headscaleUser", getHeadscaleUser(), RotationVariables.HEADSCALE_USER);
        Validate.isTrue(
                getHeadscaleUrl().isPresent() == getHeadscaleUser().isPresent(),
                "headscaleUrl and headscaleUser belong together: give both, or none for Tailscale");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailscaleKeyRotationProps}. */
    class Builder extends ImmutableTailscaleKeyRotationProps.Builder {}
}
