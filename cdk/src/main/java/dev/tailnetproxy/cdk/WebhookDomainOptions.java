package dev.tailnetproxy.cdk;

import java.util.Optional;
import java.util.regex.Pattern;
import org.immutables.value.Value;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.route53.IHostedZone;

/** A domain of one's own for a {@link WebhookForwarder}, which is then its only entrance. */
@Value.Immutable
public interface WebhookDomainOptions {

    /** The domain's name, such as {@code hooks.example.com}. */
    String getName();

    /** The certificate for the name, of the stack's own region. */
    ICertificate getCertificate();

    /**
     * The zone that gets an A and an AAAA record for the name.
     *
     * <p>Default: none; the records are made elsewhere, for the construct's regional domain name
     */
    Optional<IHostedZone> getHostedZone();

    @Value.Check
    default void check() {
        String label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
        Validate.isTrue(
                Token.isUnresolved(getName()) || Pattern.matches(label + "(?:\\." + label + ")+", getName()),
                "domain.name is \"" + getName() + "\": give a full name in lower case, such as hooks.example.com");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link WebhookDomainOptions}. */
    class Builder extends ImmutableWebhookDomainOptions.Builder {}
}
