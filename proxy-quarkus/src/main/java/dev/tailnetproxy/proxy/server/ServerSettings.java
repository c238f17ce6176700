package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.function.address.Port;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the proxy listens when it is not a Lambda function.
 *
 * @param host address of the network interface to listen on for requests
 * @param port port for requests; empty takes a free one
 * @param managementHost address of the network interface to listen on for health and metrics
 * @param managementPort port for health and metrics; empty takes a free one
 * @param idleTimeout longest time in which a connection has no request under way
 * @param requestTimeout longest time for one request, from its arrival to the end of its response
 * @param upgradeIdleTimeout longest time in which no byte comes or goes on a connection that speaks another protocol
 * @param drainTimeout longest time that requests under way get when the proxy stops
 * @param maxConnections most connections for requests
 * @param access who may send requests
 */
public record ServerSettings(
        String host,
        Optional<Port> port,
        String managementHost,
        Optional<Port> managementPort,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration upgradeIdleTimeout,
        Duration drainTimeout,
        int maxConnections,
        Access access) {

    public ServerSettings {
        checkHost(host);
        checkHost(managementHost);
        ConnectionLimits.checkPositive(idleTimeout, "the idle timeout");
        ConnectionLimits.checkPositive(requestTimeout, "the request timeout");
        ConnectionLimits.checkPositive(upgradeIdleTimeout, "the idle timeout of other protocols");
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("the drain timeout is negative: " + drainTimeout);
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("no connection could be open");
        }
        if (port.isPresent() && port.equals(managementPort)) {
            throw new IllegalArgumentException("both ports are " + port.get());
        }
    }

    private static void checkHost(String host) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("there is no host to listen on");
        }
    }
}
