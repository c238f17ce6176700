package dev.tailnetproxy.proxy.server;

import java.time.Duration;
import java.util.Objects;

/**
 * Where the proxy listens when it is not a Lambda function.
 *
 * @param host address of the network interface to listen on for requests
 * @param port port for requests; 0 takes a free one
 * @param managementHost address of the network interface to listen on for health and metrics
 * @param managementPort port for health and metrics; 0 takes a free one
 * @param idleTimeout longest time in which a connection has no request under way
 * @param requestTimeout longest time for one request, from its arrival to the end of its response
 * @param drainTimeout longest time that requests under way get when the proxy stops
 * @param maxConnections most connections for requests
 * @param access who may send requests
 */
public record ServerSettings(
        String host,
        int port,
        String managementHost,
        int managementPort,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration drainTimeout,
        int maxConnections,
        Access access) {

    public ServerSettings {
        Objects.requireNonNull(access, "access");
        checkAddress(host, port);
        checkAddress(managementHost, managementPort);
        ConnectionLimits.checkPositive(idleTimeout, "the idle timeout");
        ConnectionLimits.checkPositive(requestTimeout, "the request timeout");
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("the drain timeout is negative: " + drainTimeout);
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("no connection could be open");
        }
        if (port != 0 && port == managementPort) {
            throw new IllegalArgumentException("both ports are " + port);
        }
    }

    private static void checkAddress(String host, int port) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("there is no host to listen on");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("the port is out of range: " + port);
        }
    }
}
