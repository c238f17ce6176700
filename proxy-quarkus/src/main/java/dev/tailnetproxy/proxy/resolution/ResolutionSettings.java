package dev.tailnetproxy.proxy.resolution;

import dev.tailnetproxy.proxy.policy.CallerTargets;
import java.time.Duration;
import java.util.Optional;

/**
 * How targets are resolved, for all requests.
 *
 * @param joinWait how long a request waits for the node to join the tailnet
 * @param settleTime for how long after joining or thawing failed dials are tried again
 * @param exitNode what the operator wants of an exit node
 * @param callers what each principal may reach; empty when all may reach the same
 */
public record ResolutionSettings(
        Duration joinWait, Duration settleTime, ExitNode exitNode, Optional<CallerTargets> callers) {

    /**
     * What the operator wants of an exit node.
     *
     * @param configured whether one is named; tailscaled's preferences may name one, too
     * @param required whether no request may go without the one that is named
     */
    public record ExitNode(boolean configured, boolean required) {}

    public ResolutionSettings {
        if (joinWait.isNegative() || settleTime.isNegative()) {
            throw new IllegalArgumentException("a duration is negative");
        }
    }
}
