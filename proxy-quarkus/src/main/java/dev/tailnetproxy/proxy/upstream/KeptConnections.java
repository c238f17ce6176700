package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The connections that are open, by where they lead. The pool itself does not tell whether it would have to dial. */
final class KeptConnections {

    private final Map<Endpoint, Set<ConnectionUse>> open = new ConcurrentHashMap<>();

    /** A new connection; it is forgotten when it is closed. */
    void add(Endpoint endpoint, ConnectionUse use, Channel channel) {
        open.compute(endpoint, (key, known) -> {
            Set<ConnectionUse> uses = known == null ? ConcurrentHashMap.newKeySet() : known;
            uses.add(use);
            return uses;
        });
        channel.closeFuture()
                .addListener(closed -> open.computeIfPresent(endpoint, (key, known) -> {
                    known.remove(use);
                    return known.isEmpty() ? null : known;
                }));
    }

    boolean any(Endpoint endpoint, Predicate<ConnectionUse> wanted) {
        return open.getOrDefault(endpoint, Set.of()).stream().anyMatch(wanted);
    }
}
