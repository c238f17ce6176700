package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Targets that somebody may reach because they are listed. A peer is listed by one of its addresses, by a prefix or by its
 * own name, short or full; what another name leads to it by is no listing of it, unless that name is listed letter by
 * letter: who lists {@code *.corp.test} has not listed the peer that a name server gives for one of these names.
 *
 * @param rules as the operator wrote them
 */
record ListedTargets(List<TargetRule> rules) {

    ListedTargets {
        rules = List.copyOf(rules);
    }

    /** Whether the name is listed, in its short or its full form. */
    boolean contains(TargetHost.Name name, Port port, TailnetRoutes routes) {
        Set<TargetHost.Name> nameVariants = routes.nameVariants(name);
        return rules.stream().anyMatch(rule -> nameVariants.stream().anyMatch(variant -> rule.matches(variant, port)));
    }

    /**
     * Whether the address is listed.
     *
     * @param requested the name that led to it; empty when the address itself was asked for
     */
    boolean contains(IpAddress address, Optional<TargetHost.Name> requested, Port port, TailnetRoutes routes) {
        if (rules.stream().anyMatch(rule -> rule.matches(address, port))) {
            return true;
        }
        if (!routes.peers().contains(address)) {
            return requested.filter(name -> contains(name, port, routes)).isPresent();
        }
        return requested.filter(name -> containsExactly(name, port, routes)).isPresent()
                || routes.names().entrySet().stream()
                        .filter(peer -> peer.getValue().contains(address))
                        .map(Map.Entry::getKey)
                        .flatMap(name -> TargetHost.Name.read(name).stream())
                        .anyMatch(name -> contains(name, port, routes));
    }

    private boolean containsExactly(TargetHost.Name name, Port port, TailnetRoutes routes) {
        Set<TargetHost.Name> nameVariants = routes.nameVariants(name);
        return rules.stream()
                .anyMatch(rule -> nameVariants.stream().anyMatch(variant -> rule.matchesExactly(variant, port)));
    }

    /** Whether there is anything that may be reached on this port. */
    boolean containsPort(Port port) {
        return rules.stream().anyMatch(rule -> rule.matchesPort(port));
    }
}
