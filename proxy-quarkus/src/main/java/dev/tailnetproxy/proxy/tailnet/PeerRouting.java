package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Which peer carries a connection to an address: the peer that has it, else the router of the longest prefix that holds
 * it, else the exit node.
 *
 * @param peers every address of a peer, with the one of its addresses that stands for it
 * @param routers the address of the connected peer that routes a prefix
 * @param exitNode the address of the exit node that is in use and connected
 */
public record PeerRouting(Map<IpAddress, IpAddress> peers, Map<Cidr, IpAddress> routers, Optional<IpAddress> exitNode) {

    public PeerRouting {
        peers = Map.copyOf(peers);
        routers = Map.copyOf(routers);
    }

    /** The peer for an address; empty when nobody carries it. */
    public Optional<IpAddress> of(IpAddress address) {
        IpAddress peer = peers.get(address);
        if (peer != null) {
            return Optional.of(peer);
        }
        return routers.entrySet().stream()
                .filter(route -> route.getKey().contains(address))
                .max(Comparator.comparingInt(route -> route.getKey().prefixLength()))
                .map(Map.Entry::getValue)
                .or(() -> exitNode);
    }
}
