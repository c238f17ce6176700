package dev.tailnetproxy.function.address;

import java.util.List;
import java.util.Optional;

/**
 * Addresses that neither the proxy nor a forward reaches, whatever is configured: all of them mean this machine or its near
 * network. The layer has the same ones in Go.
 */
public final class BuiltInRefusals {

    private record Refusal(Cidr range, String description) {

        Refusal {
            if (description.isBlank()) {
                throw new IllegalArgumentException("a refusal without a reason");
            }
        }
    }

    private static final List<Refusal> RANGES = List.of(
            new Refusal(Cidr.valid("127.0.0.0/8"), "a loopback address"),
            new Refusal(Cidr.valid("::1"), "a loopback address"),
            new Refusal(Cidr.valid("0.0.0.0/8"), "an unspecified address"),
            new Refusal(Cidr.valid("::"), "an unspecified address"),
            // The Lambda runtime API and the instance metadata service are in this range.
            new Refusal(Cidr.valid("169.254.0.0/16"), "a link-local address"),
            new Refusal(Cidr.valid("fe80::/10"), "a link-local address"),
            new Refusal(Cidr.valid("224.0.0.0/4"), "a multicast address"),
            new Refusal(Cidr.valid("ff00::/8"), "a multicast address"),
            // 255.255.255.255 and the reserved range that it ends.
            new Refusal(Cidr.valid("240.0.0.0/4"), "a broadcast or reserved address"),
            new Refusal(Cidr.valid("100.100.100.100"), "the tailnet's own resolver"),
            new Refusal(Cidr.valid("fd7a:115c:a1e0::53"), "the tailnet's own resolver"),
            new Refusal(Cidr.valid("fd00:ec2::/32"), "an address of the cloud's own services"));

    private BuiltInRefusals() {}

    /** What kind of address this is, if it is one that is never reachable. */
    public static Optional<String> reasonFor(IpAddress address) {
        for (Refusal refusal : RANGES) {
            if (refusal.range().contains(address)) {
                return Optional.of(refusal.description());
            }
        }
        for (IpAddress embedded : EmbeddedIpv4.of(address)) {
            Optional<String> description = reasonFor(embedded);
            if (description.isPresent()) {
                return Optional.of(description.get() + " inside an IPv6 address");
            }
        }
        return Optional.empty();
    }

    /** {@code localhost} and everything below it (RFC 6761 section 6.3). */
    public static Optional<String> reasonFor(TargetHost.Name name) {
        return name.value().equals("localhost") || name.isUnder("localhost")
                ? Optional.of("a name of this machine")
                : Optional.empty();
    }
}
