package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.EmbeddedIpv4;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the operator has denied. A machine is denied by whatever it is called: a denied name denies its addresses, a denied
 * address denies the other addresses of that machine, and an IPv4 address every IPv6 address that carries it. What the
 * tailnet does not tell of a name can't be denied by it; {@code docs/contract.md} says what that is.
 *
 * @param rules the operator's; an IPv6 address that carries one of IPv4 stands there as that one
 */
public record DeniedTargets(List<TargetRule> rules) {

    public DeniedTargets {
        rules = rules.stream()
                .map(rule -> new TargetRule(rule.pattern().withoutEmbeddedIpv4(), rule.ports()))
                .toList();
    }

    /** Whether the name is denied, in its short or its full form. */
    boolean denies(TargetHost.Name name, Port port, TailnetRoutes routes) {
        if (rules.isEmpty()) {
            return false;
        }
        Set<TargetHost.Name> nameVariants = routes.nameVariants(name);
        return rules.stream().anyMatch(rule -> nameVariants.stream().anyMatch(variant -> rule.matches(variant, port)));
    }

    /** Whether the address is denied: itself, what it carries, or the machine that has it. */
    boolean denies(IpAddress address, Port port, TailnetRoutes routes) {
        if (rules.isEmpty()) {
            return false;
        }
        List<IpAddress> forms = new ArrayList<>(EmbeddedIpv4.of(address));
        forms.add(address);
        if (forms.stream().anyMatch(form -> rules.stream().anyMatch(rule -> rule.matches(form, port)))) {
            return true;
        }
        for (Map.Entry<String, List<IpAddress>> machine : routes.names().entrySet()) {
            if (machine.getValue().stream().anyMatch(forms::contains) && deniesMachine(machine, port, routes)) {
                return true;
            }
        }
        return false;
    }

    private boolean deniesMachine(Map.Entry<String, List<IpAddress>> machine, Port port, TailnetRoutes routes) {
        return TargetHost.Name.read(machine.getKey())
                        .filter(name -> denies(name, port, routes))
                        .isPresent()
                // A prefix is its addresses and no machine: who denies all of IPv6 has not denied the machines that
                // have it.
                || machine.getValue().stream().anyMatch(other -> rules.stream()
                        .anyMatch(rule -> rule.pattern().isSingle(other) && rule.matchesPort(port)));
    }

    /**
     * Whether the name may be a denied one where the tailnet's suffix is not known: a short name may be short for every
     * name that begins with it.
     */
    boolean mayDeny(TargetHost.Name name, Port port) {
        return rules.stream()
                .anyMatch(rule -> rule.matches(name, port)
                        || (rule.matchesPort(port)
                                && rule.pattern()
                                        .exactName()
                                        .filter(exact -> mayMatch(exact, name))
                                        .isPresent()));
    }

    private static boolean mayMatch(TargetHost.Name one, TargetHost.Name other) {
        return (one.isShort() || other.isShort()) && one.firstLabel().equals(other.firstLabel());
    }
}
