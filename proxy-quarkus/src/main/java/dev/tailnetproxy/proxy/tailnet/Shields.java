package dev.tailnetproxy.proxy.tailnet;

import io.vertx.core.json.JsonObject;

/**
 * Whether the node refuses connections that come from the tailnet ({@code tailscale up --shields-up}). One that takes
 * them, in userspace mode, hands them to the loopback interface, where no network policy is asked.
 */
public enum Shields {
    UP,
    DOWN,
    /** Nobody has told it: there is no LocalAPI, or the node was not in the tailnet yet. */
    UNKNOWN;

    /** What an operator should know of a node whose shields are down. */
    public static final String WARNING =
            "the node takes connections from the tailnet and hands them to this machine's loopback interface, past "
                    + "every network policy: join with --shields-up";

    /** What tailscaled's preferences say. What they leave out is false, as everywhere in its JSON. */
    static Shields of(JsonObject prefs) {
        return Boolean.TRUE.equals(prefs.getValue("ShieldsUp")) ? UP : DOWN;
    }
}
