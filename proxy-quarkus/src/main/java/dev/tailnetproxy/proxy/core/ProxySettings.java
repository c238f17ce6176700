package dev.tailnetproxy.proxy.core;

import java.time.Duration;

/**
 * How the proxy treats a request.
 *
 * @param joinWait how long a request waits for the node to join the tailnet
 * @param settleTime for how long after joining failed dials are tried again
 */
public record ProxySettings(Duration joinWait, Duration settleTime) {

    public ProxySettings {
        if (joinWait.isNegative() || settleTime.isNegative()) {
            throw new IllegalArgumentException("a duration is negative");
        }
    }
}
