package dev.tailnetproxy.cdk;

import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.RetentionDays;

/** Properties of {@link WebhookForwarder}. */
@Value.Immutable
public interface WebhookForwarderProps {

    /** Decides which sources are allowed. */
    WebhookAuthorizer getAuthorizer();

    /**
     * Receives the allowed requests. Another function is no forwarder: a {@link TailscaleProxy} would let every sender choose
     * its target.
     */
    TailnetForwarder getForwarder();

    /**
     * A domain of one's own. The API's default endpoint is then closed, so that nothing reaches the API around the domain.
     *
     * <p>Default: none; senders use the default endpoint
     */
    Optional<WebhookDomainOptions> getDomain();

    /**
     * Requests a second that the API accepts on average, 1 to 10000. Requests above it get 429 and cost no invocation.
     *
     * <p>Default: 50
     */
    @Value.Default
    default int getRateLimit() {
        return 50;
    }

    /**
     * Requests that the API accepts at once, 1 to 5000.
     *
     * <p>Default: 100
     */
    @Value.Default
    default int getBurstLimit() {
        return 100;
    }

    /**
     * The retention time of the access log.
     *
     * <p>Default: one month
     */
    @Value.Default
    default RetentionDays getAccessLogRetention() {
        return RetentionDays.ONE_MONTH;
    }

    /**
     * What CloudFormation does with the access log when the construct is removed.
     *
     * <p>Default: it removes the log group
     */
    @Value.Default
    default RemovalPolicy getAccessLogRemovalPolicy() {
        return RemovalPolicy.DESTROY;
    }

    /**
     * Key that encrypts the access log. Its policy must allow CloudWatch Logs to use it.
     *
     * <p>Default: CloudWatch Logs' own key
     */
    Optional<IKey> getAccessLogEncryption();

    @Value.Check
    default void check() {
        Validate.isTrue(
                getForwarder().options().getGateway() == ForwarderGateway.HTTP_API,
                "forwarder has the gateway FUNCTION_URL and refuses requests of an HTTP API: leave the gateway out");
        Validate.range("rateLimit", getRateLimit(), 1, 10_000);
        Validate.range("burstLimit", getBurstLimit(), 1, 5_000);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link WebhookForwarderProps}. */
    class Builder extends ImmutableWebhookForwarderProps.Builder {}
}
