package dev.tailnetproxy.proxy.server;

import java.time.Duration;

/**
 * Where the proxy listens when it is not a Lambda function.
 *
 * @param host address of the network interface to listen on, for both ports
 * @param port port for requests; 0 takes a free one
 * @param managementPort port for health and metrics; 0 takes a free one
 * @param idleTimeout longest time in which a connection has no request under way
 * @param requestTimeout longest time for one request, from its arrival to the end of its answer
 * @param drainTimeout longest time that requests under way get when the proxy stops
 */
public record ServerSettings(
        String host,
        int port,
        int managementPort,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration drainTimeout) {

    public ServerSettings {
        if (port != 0 && port == managementPort) {
            throw new IllegalArgumentException("both ports are " + port);
        }
    }
}
