package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.policy.CallerTargets;
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

    /** What each principal may reach; where there are no principals, nobody could reach anything. */
    static Optional<CallerTargets> callers(ProxyConfig config) {
        Variable variable = new Variable("TS_PROXY_CALLER_TARGETS", config.callerTargets());
        if (variable.value().isEmpty()) {
            return Optional.empty();
        }
        if (new Variable("TS_PROXY_HTTP_PORT", config.httpPort()).value().isPresent()) {
            throw variable.invalid(
                    "must not be set beside TS_PROXY_HTTP_PORT, where no request has a principal of AWS");
        }
        try {
            return Optional.of(CallerTargets.parse(variable.text("")));
        } catch (IllegalArgumentException e) {
            throw variable.invalid("is not a list of principals with their targets: " + e.getMessage());
        }
    }
}
