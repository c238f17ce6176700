package dev.tailnetproxy.cdk;

import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/** Properties of {@link TailnetDemoInstance}. Only {@link #getAuthKey()} has no default. */
@Value.Immutable
public interface TailnetDemoInstanceProps {

    /** The secret with the auth key, as plain text, that the instance joins the tailnet with. */
    ISecret getAuthKey();

    /**
     * The customer managed KMS key that encrypts the secret.
     *
     * <p>Default: the key that the secret itself names
     */
    Optional<IKey> getAuthKeyEncryptionKey();

    /**
     * The machine's name in the tailnet.
     *
     * <p>Default: webhook-demo
     */
    @Value.Default
    default String getHostname() {
        return "webhook-demo";
    }

    /**
     * Address of another control server, with a certificate of a public authority.
     *
     * <p>Default: Tailscale's
     */
    Optional<String> getLoginServer();

    /**
     * A VPC with a private subnet that has a route to the internet.
     *
     * <p>Default: a new one in one availability zone, with a NAT gateway
     */
    Optional<IVpc> getVpc();

    @Value.Check
    default void check() {
        Validate.hostname("hostname", Optional.of(getHostname()));
        Validate.httpUrl("loginServer", getLoginServer());
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailnetDemoInstanceProps}. */
    class Builder extends ImmutableTailnetDemoInstanceProps.Builder {}
}
