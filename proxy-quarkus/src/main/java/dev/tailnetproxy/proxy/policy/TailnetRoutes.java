package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tailscaled sends into the tailnet at this moment. Whatever is not in here it dials on the host's own network,
 * which must never happen.
 *
 * @param self addresses of this node
 * @param peers addresses of the tailnet's peers
 * @param subnets prefixes that a connected peer routes and that this node accepts, without default routes
 * @param exitNode whether everything else goes through an exit node that is in use and connected
 * @param suffix the MagicDNS suffix without dots around it, empty when there is none
 * @param names addresses of peers and of this node by full name, lower case without a dot at the end
 */
public record TailnetRoutes(
        Set<IpAddress> self,
        Set<IpAddress> peers,
        List<Cidr> subnets,
        boolean exitNode,
        String suffix,
        Map<String, List<IpAddress>> names) {

    public TailnetRoutes {
        self = Set.copyOf(self);
        peers = Set.copyOf(peers);
        subnets = List.copyOf(subnets);
        names = Map.copyOf(names);
        if (suffix.startsWith(".") || suffix.endsWith(".")) {
            throw new IllegalArgumentException("the suffix has a dot at an end");
        }
    }

    /** The tailnet of a node of which nothing is known. */
    static TailnetRoutes unknown() {
        return new TailnetRoutes(Set.of(), Set.of(), List.of(), false, "", Map.of());
    }

    /** The same with the addresses of more names. */
    public TailnetRoutes withNames(Map<String, List<IpAddress>> more) {
        Map<String, List<IpAddress>> all = new HashMap<>(more);
        all.putAll(names);
        return new TailnetRoutes(self, peers, subnets, exitNode, suffix, all);
    }

    /** The name as the tailnet's resolver is asked for it. */
    public TargetHost.Name fullName(TargetHost.Name name) {
        return name.isShort() && !suffix.isEmpty() ? new TargetHost.Name(name.value() + "." + suffix) : name;
    }

    /** Everything that this name can be called: itself, its full name, and its short one if it has one. */
    Set<TargetHost.Name> nameVariants(TargetHost.Name name) {
        TargetHost.Name full = fullName(name);
        Set<TargetHost.Name> nameVariants = new HashSet<>(Set.of(full));
        nameVariants.add(name);
        if (full.isUnder(suffix)) {
            String first = full.value().substring(0, full.value().length() - suffix.length() - 1);
            if (first.indexOf('.') < 0) {
                nameVariants.add(new TargetHost.Name(first));
            }
        }
        return nameVariants;
    }

    /** Whether a connection to this address goes through the tailnet. */
    public boolean routes(IpAddress address) {
        return peers.contains(address) || subnets.stream().anyMatch(subnet -> subnet.contains(address)) || exitNode;
    }
}
