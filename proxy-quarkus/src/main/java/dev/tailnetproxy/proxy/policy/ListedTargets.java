package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.proxy.address.IpAddress;
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
    boolean holds(TargetHost.Name name, int port, TailnetRoutes routes) {
        Set<TargetHost.Name> spellings = routes.spellings(name);
        return rules.stream().anyMatch(rule -> spellings.stream().anyMatch(spelling -> rule.matches(spelling, port)));
    }

    /**
     * Whether the address is listed.
     *
     * @param requested the name that led to it; empty when the address itself was asked for
     */
    boolean holds(IpAddress address, Optional<TargetHost.Name> requested, int port, TailnetRoutes routes) {
        if (rules.stream().anyMatch(rule -> rule.matches(address, port))) {
            return true;
        }
        if (!routes.peers().contains(address)) {
            return requested.filter(name -> holds(name, port, routes)).isPresent();
        }
        return requested.filter(name -> holdsExactly(name, port, routes)).isPresent()
                || routes.names().entrySet().stream()
                        .filter(peer -> peer.getValue().contains(address))
                        .map(Map.Entry::getKey)
                        .flatMap(name -> TargetHost.Name.read(name).stream())
                        .anyMatch(name -> holds(name, port, routes));
    }

    private boolean holdsExactly(TargetHost.Name name, int port, TailnetRoutes routes) {
        Set<TargetHost.Name> spellings = routes.spellings(name);
        return rules.stream()
                .anyMatch(rule -> spellings.stream().anyMatch(spelling -> rule.matchesExactly(spelling, port)));
    }

    /** Whether there is anything that may be reached on this port. */
    boolean holdsAnyAt(int port) {
        return rules.stream().anyMatch(rule -> rule.matchesPort(port));
    }
}
