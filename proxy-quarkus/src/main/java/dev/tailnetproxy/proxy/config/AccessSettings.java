package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.policy.TargetPolicy;
import java.util.List;
import java.util.Optional;

/** The settings of who may reach what. */
final class AccessSettings {

    private AccessSettings() {}

    static TargetPolicy policy(ProxyConfig config, List<TargetPolicy.Endpoint> ownEndpoints) {
        boolean listed = new Variable("TS_PROXY_PEERS", config.peers()).isOther("all", "listed");
        return new TargetPolicy(
                new Variable("TS_PROXY_ALLOWED_TARGETS", config.allowedTargets()).rules(),
                new Variable("TS_PROXY_DENIED_TARGETS", config.deniedTargets()).rules(),
                ownEndpoints,
                listed ? TargetPolicy.Peers.LISTED : TargetPolicy.Peers.ALL,
                Optional.empty());
    }
}
