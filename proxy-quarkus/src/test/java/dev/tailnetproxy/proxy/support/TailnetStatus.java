package dev.tailnetproxy.proxy.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Responses of tailscaled's {@code /localapi/v0/status}, as far as anybody reads them. */
public final class TailnetStatus {

    public static final String SUFFIX = "tailnet.test";
    public static final String SELF = "100.64.0.1";

    private final JsonObject peers = new JsonObject();
    private final JsonObject status = new JsonObject()
            .put("Version", "1.102.5")
            .put("BackendState", "Running")
            .put("MagicDNSSuffix", SUFFIX)
            .put("CurrentTailnet", new JsonObject().put("Name", "test").put("MagicDNSSuffix", SUFFIX))
            .put(
                    "Self",
                    new JsonObject()
                            .put("DNSName", "proxy." + SUFFIX + ".")
                            .put("TailscaleIPs", new JsonArray().add(SELF).add("fd7a:115c:a1e0::1")));

    private TailnetStatus() {}

    public static TailnetStatus joined() {
        return new TailnetStatus();
    }

    public static JsonObject notJoined(String backendState) {
        return new JsonObject().put("Version", "1.102.5").put("BackendState", backendState);
    }

    /** A peer without routes that is connected. */
    public TailnetStatus peer(String name, String... addresses) {
        return peer(name, true, new JsonArray(), addresses);
    }

    /** A peer with the subnets that it routes. */
    public TailnetStatus peer(String name, boolean online, JsonArray routes, String... addresses) {
        JsonArray ips = new JsonArray();
        for (String address : addresses) {
            ips.add(address);
        }
        peers.put(
                "nodekey:" + name,
                new JsonObject()
                        .put("DNSName", name + "." + SUFFIX + ".")
                        .put("TailscaleIPs", ips)
                        .put("PrimaryRoutes", routes)
                        .put("Online", online));
        return this;
    }

    /** The exit node that was chosen. */
    public TailnetStatus exitNode(boolean online) {
        return exitNode(online, true);
    }

    /** The exit node that was chosen, and whether it offers itself and the control server lets it. */
    public TailnetStatus exitNode(boolean online, boolean approved) {
        return exitNode(online, approved, "100.64.0.4");
    }

    /** The exit node that was chosen, with its address. */
    public TailnetStatus exitNode(boolean online, boolean approved, String address) {
        status.put("ExitNodeStatus", new JsonObject().put("ID", "n1").put("Online", online));
        peers.put(
                "nodekey:chosen-exit",
                new JsonObject()
                        .put("ID", "n1")
                        .put("TailscaleIPs", new JsonArray().add(address))
                        .put("Online", online)
                        .put("ExitNode", true)
                        .put("ExitNodeOption", approved));
        return this;
    }

    public JsonObject json() {
        return status.copy().put("Peer", peers);
    }
}
