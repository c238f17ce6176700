package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A tailnet of a few peers and a router, and a name server that knows names of the subnet. */
final class PolicyTailnet {

    static final String SUFFIX = "tail.ts.net";

    static final Map<String, List<IpAddress>> PEERS = Map.of(
            "db." + SUFFIX, ips("100.64.0.7", "fd7a:115c:a1e0::7"),
            "orders." + SUFFIX, ips("100.64.0.8", "fd7a:115c:a1e0::8"),
            "billing." + SUFFIX, ips("100.64.0.9"));

    /** Beside the peers' own names. */
    static final Map<String, List<IpAddress>> DNS = Map.of(
            "alias.corp.test", ips("100.64.0.7"),
            "alias6.corp.test", ips("fd7a:115c:a1e0::7"),
            "wiki.corp.test", ips("10.1.2.3"),
            "pool.corp.test", ips("10.1.2.3", "10.1.2.4"),
            "nat64.corp.test", ips("64:ff9b::10.1.2.3"));

    private PolicyTailnet() {}

    static List<IpAddress> ips(String... texts) {
        return Stream.of(texts).map(text -> IpAddress.parse(text).orElseThrow()).toList();
    }

    /** Everything of it goes through the tailnet, with an exit node for the rest. */
    static TailnetRoutes routes() {
        return new TailnetRoutes(
                Set.copyOf(ips("100.64.0.1", "fd7a:115c:a1e0::1")),
                Set.copyOf(PEERS.values().stream().flatMap(List::stream).toList()),
                List.of(Cidr.valid("10.0.0.0/8")),
                true,
                SUFFIX,
                PEERS);
    }

    /** The policy's last word, with names resolved as the tailnet does. */
    static Decision.Verdict verdict(TargetPolicy policy, String host, int port) {
        return verdict(policy, host, port, routes());
    }

    static Decision.Verdict verdict(TargetPolicy policy, String host, int port, TailnetRoutes routes) {
        return policy.decide(TargetHost.parse(host), new Port(port), routes)
                .fold(
                        verdict -> verdict,
                        resolve -> policy.decideResolved(
                                resolve,
                                new Port(port),
                                addresses(resolve.fullName().value()),
                                routes));
    }

    private static List<IpAddress> addresses(String name) {
        return PEERS.getOrDefault(name, DNS.getOrDefault(name, List.of()));
    }

    /** The name of the refusal, or what may be dialled. */
    static String outcome(Decision.Verdict verdict) {
        return verdict instanceof Decision.Refuse refuse
                ? refuse.error().wireName()
                : verdict.getClass().getSimpleName();
    }
}
