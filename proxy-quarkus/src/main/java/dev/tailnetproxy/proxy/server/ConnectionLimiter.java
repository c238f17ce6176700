package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.limits.Shares;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The connections of one port, of which there are never more than a number, and from one address never more than a share of
 * it. A new one takes the place of the one that has been without a request for the longest time. Those with a request keep
 * theirs, unless all of them are of clients that may be assumed not to read. Used on all event loops.
 */
final class ConnectionLimiter {

    private final int max;
    private final boolean evictBusy;
    private final Shares<String> addresses;
    private final Map<ClientConnection, String> idle = new LinkedHashMap<>();
    private final Map<ClientConnection, String> busy = new LinkedHashMap<>();

    /** @param evictBusy whether the oldest with a request ends for a new one where none is idle */
    ConnectionLimiter(int max, boolean evictBusy) {
        this.max = max;
        this.evictBusy = evictBusy;
        this.addresses = new Shares<>(Shares.of(max));
    }

    /**
     * A connection has been opened.
     *
     * @param address of its client
     * @return whether there is room for it
     */
    boolean tryAdmit(ClientConnection connection, String address) {
        Optional<ClientConnection> evicted = Optional.empty();
        synchronized (this) {
            boolean shareTaken = addresses.held(address) >= addresses.max();
            if (shareTaken || count() >= max) {
                evicted = shareTaken ? oldest(address) : oldest();
                if (evicted.isEmpty()) {
                    return false;
                }
                forget(evicted.get());
            }
            addresses.tryAcquire(address);
            idle.put(connection, address);
        }
        evicted.ifPresent(ClientConnection::makeRoom);
        return true;
    }

    private Optional<ClientConnection> oldest() {
        return candidates().map(Map.Entry::getKey).findFirst();
    }

    private Optional<ClientConnection> oldest(String address) {
        return candidates()
                .filter(connection -> connection.getValue().equals(address))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Stream<Map.Entry<ClientConnection, String>> candidates() {
        Stream<Map.Entry<ClientConnection, String>> withoutRequest = idle.entrySet().stream();
        return evictBusy ? Stream.concat(withoutRequest, busy.entrySet().stream()) : withoutRequest;
    }

    private void forget(ClientConnection connection) {
        String address = idle.remove(connection);
        if (address == null) {
            address = busy.remove(connection);
        }
        if (address != null) {
            addresses.release(address);
        }
    }

    /** A request has arrived on it. */
    synchronized void markBusy(ClientConnection connection) {
        String address = idle.remove(connection);
        if (address != null) {
            busy.put(connection, address);
        }
    }

    /** It has no request any more. */
    synchronized void markIdle(ClientConnection connection) {
        String address = busy.remove(connection);
        if (address != null) {
            idle.put(connection, address);
        }
    }

    synchronized void closed(ClientConnection connection) {
        forget(connection);
    }

    synchronized int count() {
        return idle.size() + busy.size();
    }
}
