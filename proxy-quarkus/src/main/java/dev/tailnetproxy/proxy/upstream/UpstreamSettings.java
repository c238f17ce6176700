package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.function.address.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the client towards the targets behaves.
 *
 * @param socksHost host of the SOCKS5 server
 * @param socksPort its port
 * @param connectTimeout for one dial: the SOCKS5 server's response included
 * @param firstByteTimeout from the request being sent to the header section of the response; the request's deadline still counts
 * @param idleTimeout how long a connection may have been idle, by the wall clock, to be used again
 * @param maxConnections per target
 * @param dials how many are in flight at once
 * @param maxHeaderBytes limit of a response's header section
 * @param caBundle PEM file with certificate authorities to trust beside the JDK's
 */
public record UpstreamSettings(
        String socksHost,
        Port socksPort,
        Duration connectTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        int maxConnections,
        DialLimit dials,
        int maxHeaderBytes,
        Optional<Path> caBundle) {

    public UpstreamSettings {
        if (socksHost.isBlank()) {
            throw new IllegalArgumentException("the SOCKS5 server has no host");
        }
        if (!isPositive(connectTimeout) || !isPositive(firstByteTimeout) || !isPositive(idleTimeout)) {
            throw new IllegalArgumentException("a timeout is not positive");
        }
        if (maxConnections < 1 || maxHeaderBytes < 1) {
            throw new IllegalArgumentException("a limit is not positive");
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
