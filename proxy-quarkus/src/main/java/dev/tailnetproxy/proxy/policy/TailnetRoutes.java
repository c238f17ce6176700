package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.proxy.address.Cidr;
import dev.tailnetproxy.proxy.address.IpAddress;
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

    /** Whether a connection to this address goes through the tailnet. */
    public boolean routes(IpAddress address) {
        return peers.contains(address) || subnets.stream().anyMatch(subnet -> subnet.contains(address)) || exitNode;
    }
}
