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
 * @param connectionAttemptDelay after which a dial that has no result is made once more beside it
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
        Duration connectionAttemptDelay,
        int maxHeaderBytes,
        Optional<Path> caBundle) {

    /** RFC 8305 section 8 has 250 ms for an address, and 2 s at most. A path through a relay takes longer than most. */
    public static final Duration CONNECTION_ATTEMPT_DELAY = Duration.ofMillis(400);

    public UpstreamSettings {
        if (socksHost.isBlank()) {
            throw new IllegalArgumentException("the SOCKS5 server has no host");
        }
        if (!isPositive(connectTimeout)
                || !isPositive(firstByteTimeout)
                || !isPositive(idleTimeout)
                || !isPositive(connectionAttemptDelay)) {
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
