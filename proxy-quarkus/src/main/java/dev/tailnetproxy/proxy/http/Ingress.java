package dev.tailnetproxy.proxy.http;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a request reached the function, as the gateway in front of it says in the event. Nothing of this comes from a header
 * field.
 *
 * @param sourceAddress the peer of the connection to the gateway
 * @param domainName the name under which the gateway was called
 * @param stage the API's stage; {@value #NO_STAGE} when its name is not in the path
 * @param receivedAt when the gateway received the request; empty when the event does not say so
 */
public record Ingress(IpAddress sourceAddress, TargetHost.Name domainName, String stage, Optional<Instant> receivedAt) {

    /** The stage of a Function URL, and of an API without another one. */
    public static final String NO_STAGE = "$default";

    private static final Pattern STAGE = Pattern.compile("\\$default|[A-Za-z0-9_-]{1,128}");

    public Ingress {
        if (!STAGE.matcher(stage).matches()) {
            throw new IllegalArgumentException("not the name of a stage");
        }
    }

    /**
     * What the members of an event say; empty when they do not name an address, a domain and a stage.
     *
     * @param receivedMillis since the epoch; not positive when the event does not say so
     */
    public static Optional<Ingress> of(String sourceIp, String domainName, String stage, long receivedMillis) {
        String stageName = stage.isEmpty() ? NO_STAGE : stage;
        if (!STAGE.matcher(stageName).matches()) {
            return Optional.empty();
        }
        Optional<Instant> receivedAt =
                receivedMillis > 0 ? Optional.of(Instant.ofEpochMilli(receivedMillis)) : Optional.empty();
        return IpAddress.parse(sourceIp).flatMap(address -> TargetHost.Name.read(domainName)
                .map(domain -> new Ingress(address, domain, stageName, receivedAt)));
    }

    /** Whether the gateway is a Function URL: only those have such names, and no custom ones. */
    public boolean isFunctionUrl() {
        return domainName.value().contains(".lambda-url.");
    }
}
