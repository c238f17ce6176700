package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.policy.TargetRule;
import java.time.Duration;
import java.util.List;

/**
 * How the proxy treats a request.
 *
 * @param joinWait how long a request waits for the node to join the tailnet
 * @param settleTime for how long after joining failed dials are tried again
 * @param exitNodeRequired whether no request may go while the chosen exit node is down
 * @param unverifiedTlsTargets targets whose certificate is not checked
 */
public record ProxySettings(
        Duration joinWait, Duration settleTime, boolean exitNodeRequired, List<TargetRule> unverifiedTlsTargets) {

    public ProxySettings {
        unverifiedTlsTargets = List.copyOf(unverifiedTlsTargets);
        if (joinWait.isNegative() || settleTime.isNegative()) {
            throw new IllegalArgumentException("a duration is negative");
        }
    }
}
