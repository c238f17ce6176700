package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns tailscaled's status and preferences into what the proxy acts on. */
final class StatusReader {

    private static final String RUNNING = "Running";
    private static final String NO_STATE = "NoState";

    private StatusReader() {}

    /** @param since what is recorded as the time of joining */
    static TailnetState read(JsonObject status, JsonObject prefs, Instant since) {
        String backendState = status.getString("BackendState", NO_STATE);
        JsonObject self = object(status, "Self");
        if (!backendState.equals(RUNNING) || self == null) {
            return new TailnetState.NotJoined(backendState.isBlank() ? NO_STATE : backendState);
        }
        // Routes are announced to this node even when it does not accept them; tailscaled then dials on the host.
        boolean acceptsRoutes = prefs.getBoolean("RouteAll", false);
        Map<IpAddress, IpAddress> peers = new HashMap<>();
        Map<Cidr, IpAddress> routers = new HashMap<>();
        Optional<IpAddress> exitNodeAddress = Optional.empty();
        List<Cidr> subnets = new ArrayList<>();
        Map<String, List<IpAddress>> names = new HashMap<>();
        boolean exitNodeHasRoutes = false;
        JsonObject peerObjects = object(status, "Peer");
        if (peerObjects != null) {
            for (String key : peerObjects.fieldNames()) {
                JsonObject peer = object(peerObjects, key);
                if (peer != null) {
                    List<IpAddress> addresses = addresses(peer);
                    Optional<IpAddress> first = addresses.stream().findFirst();
                    addresses.forEach(address -> peers.put(address, first.orElse(address)));
                    names.put(name(peer), List.copyOf(addresses));
                    if (isUsableExitNode(peer)) {
                        exitNodeHasRoutes = true;
                        exitNodeAddress = first;
                    }
                    if (acceptsRoutes && peer.getBoolean("Online", false)) {
                        List<Cidr> routed = subnets(peer);
                        subnets.addAll(routed);
                        first.ifPresent(router -> routed.forEach(prefix -> routers.put(prefix, router)));
                    }
                }
            }
        }
        names.put(name(self), List.copyOf(addresses(self)));
        names.remove("");
        Set<IpAddress> own = Set.copyOf(addresses(self));
        peers.keySet().removeAll(own);
        JsonObject exitNode = object(status, "ExitNodeStatus");
        boolean exitNodeUp = exitNode != null && exitNode.getBoolean("Online", false) && exitNodeHasRoutes;
        boolean exitNodeConfigured = exitNode != null
                || isSet(prefs, "ExitNodeID")
                || isSet(prefs, "ExitNodeIP")
                || isSet(prefs, "AutoExitNode");
        var routes = new TailnetRoutes(own, peers.keySet(), subnets, exitNodeUp, suffix(status), names);
        var node = new TailnetState.Node(
                name(self), own.stream().map(IpAddress::toString).sorted().toList(), status.getString("Version", ""));
        var peerRouting = new PeerRouting(peers, routers, exitNodeUp ? exitNodeAddress : Optional.empty());
        return new TailnetState.Joined(routes, peerRouting, node, exitNodeConfigured && !exitNodeUp, since);
    }

    /** An exit node whose approval or offer was taken back stays chosen and online, and tailscaled dials on the host. */
    private static boolean isUsableExitNode(JsonObject peer) {
        return peer.getBoolean("ExitNode", false) && peer.getBoolean("ExitNodeOption", false);
    }

    private static boolean isSet(JsonObject prefs, String key) {
        return prefs.getValue(key) instanceof String text && !text.isEmpty();
    }

    private static String suffix(JsonObject status) {
        JsonObject tailnet = object(status, "CurrentTailnet");
        String suffix = tailnet == null ? null : tailnet.getString("MagicDNSSuffix");
        if (suffix == null) {
            suffix = status.getString("MagicDNSSuffix", "");
        }
        return suffix.toLowerCase(Locale.ROOT).replaceAll("^\\.|\\.$", "");
    }

    private static String name(JsonObject node) {
        return node.getString("DNSName", "").toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
    }

    private static List<IpAddress> addresses(JsonObject node) {
        List<IpAddress> addresses = new ArrayList<>();
        for (String text : strings(node, "TailscaleIPs")) {
            IpAddress.parse(text).ifPresent(addresses::add);
        }
        return addresses;
    }

    private static List<Cidr> subnets(JsonObject peer) {
        List<Cidr> subnets = new ArrayList<>();
        for (String text : strings(peer, "PrimaryRoutes")) {
            Optional<Cidr> cidr = Cidr.parse(text);
            // Default routes count only through the exit node that is in use.
            cidr.filter(c -> !c.isDefaultRoute()).ifPresent(subnets::add);
        }
        return subnets;
    }

    private static List<String> strings(JsonObject object, String key) {
        if (!(object.getValue(key) instanceof JsonArray array)) {
            return List.of();
        }
        return array.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
    }

    private static @Nullable JsonObject object(JsonObject from, String key) {
        return from.getValue(key) instanceof JsonObject object ? object : null;
    }
}
