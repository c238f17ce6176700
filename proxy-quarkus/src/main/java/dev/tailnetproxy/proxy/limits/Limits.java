package dev.tailnetproxy.proxy.limits;

import dev.tailnetproxy.contract.ProxyVariables;
import java.util.List;

/**
 * The limits of one proxy, each for all requests together.
 *
 * @param requests requests under way to targets
 * @param bufferedBytes bytes of bodies that are wholly in memory
 * @param targetConnections connections to targets, idle ones included
 * @param waiting requests that wait for a connection
 */
public record Limits(Limit requests, Limit bufferedBytes, Limit targetConnections, Limit waiting) {

    public static Limits of(LimitSettings settings) {
        return new Limits(
                new Limit("requests", "requests under way", ProxyVariables.MAX_REQUESTS.name(), settings.requests()),
                new Limit(
                        "buffered_bytes",
                        "bytes of bodies and header sections in memory",
                        ProxyVariables.MAX_BUFFERED_BYTES.name(),
                        settings.bufferedBytes()),
                new Limit(
                        "target_connections",
                        "connections to all targets",
                        ProxyVariables.MAX_TARGET_CONNECTIONS.name(),
                        settings.targetConnections()),
                new Limit(
                        "waiting",
                        "requests that wait for a connection",
                        ProxyVariables.MAX_WAITING.name(),
                        settings.waiting()));
    }

    public List<Limit> all() {
        return List.of(requests, bufferedBytes, targetConnections, waiting);
    }

    /** How many of the requests under way may be for one target, so that none keeps the others from being served. */
    public long maxRequestsPerTarget() {
        return Shares.of(requests.max());
    }
}
