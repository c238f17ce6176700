package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;

/** Properties of {@link WebhookAuthorizer}. Only {@link #getAllowedSources()} has no default. */
@Value.Immutable
public interface WebhookAuthorizerProps extends JavaFunctionProps {

    /**
     * IPv4 and IPv6 prefixes, or addresses, whose requests are allowed, at least one. {@code scripts/sender-addresses} prints
     * those of known senders.
     */
    List<String> getAllowedSources();

    /**
     * How long API Gateway may reuse a decision about a source address, up to one hour. For this time an address that is
     * no longer listed remains allowed, and a new one denied.
     *
     * <p>Default: 0, so that each request is decided
     */
    @Value.Default
    default Duration getDecisionCacheTtl() {
        return Duration.seconds(0);
    }

    /**
     * Path of the authorizer's zip; a relative path is resolved against the working folder.
     *
     * <p>Default: {@code webhook-authorizer-quarkus/target/function.zip} of the checkout that these classes were built in,
     * as {@code mvn package} leaves it; for classes from a Maven repository, below the working folder
     */
    @Override
    @Value.Default
    default String getFunctionArchive() {
        return BuildOutputs.find().webhookAuthorizer();
    }

    /**
     * The longest time of one decision, 1 to 10 seconds: API Gateway does not wait longer.
     *
     * <p>Default: 10 seconds, for the first decision of an execution environment
     */
    @Override
    @Value.Default
    default Duration getTimeout() {
        return Duration.seconds(10);
    }

    @Value.Check
    default void check() {
        Validate.isTrue(
                !getAllowedSources().isEmpty(),
                "allowedSources is empty: every request would be denied; give prefixes such as 192.0.2.0/24");
        Validate.sources("allowedSources", getAllowedSources());
        Validate.millis("decisionCacheTtl", Optional.of(getDecisionCacheTtl()), 0, 3_600_000);
        Validate.millis("timeout", Optional.of(getTimeout()), 1_000, 10_000);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link WebhookAuthorizerProps}. */
    class Builder extends ImmutableWebhookAuthorizerProps.Builder {}
}
