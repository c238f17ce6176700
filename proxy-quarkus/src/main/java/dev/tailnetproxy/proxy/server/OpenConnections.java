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
final class OpenConnections {

    private final int most;
    private final boolean busyOnesMakeRoom;
    private final Shares<String> addresses;
    private final Map<ClientConnection, String> idle = new LinkedHashMap<>();
    private final Map<ClientConnection, String> busy = new LinkedHashMap<>();

    /** @param busyOnesMakeRoom whether the oldest with a request ends for a new one where none is idle */
    OpenConnections(int most, boolean busyOnesMakeRoom) {
        this.most = most;
        this.busyOnesMakeRoom = busyOnesMakeRoom;
        this.addresses = new Shares<>(Shares.of(most));
    }

    /**
     * A connection has been opened.
     *
     * @param address of its client
     * @return whether there is room for it
     */
    boolean admits(ClientConnection connection, String address) {
        Optional<ClientConnection> leaving = Optional.empty();
        synchronized (this) {
            boolean shareTaken = addresses.held(address) >= addresses.most();
            if (shareTaken || count() >= most) {
                leaving = shareTaken ? eldest(address) : eldest();
                if (leaving.isEmpty()) {
                    return false;
                }
                forget(leaving.get());
            }
            addresses.tryTake(address);
            idle.put(connection, address);
        }
        leaving.ifPresent(ClientConnection::makeRoom);
        return true;
    }

    private Optional<ClientConnection> eldest() {
        return candidates().map(Map.Entry::getKey).findFirst();
    }

    private Optional<ClientConnection> eldest(String address) {
        return candidates()
                .filter(connection -> connection.getValue().equals(address))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Stream<Map.Entry<ClientConnection, String>> candidates() {
        Stream<Map.Entry<ClientConnection, String>> withoutRequest = idle.entrySet().stream();
        return busyOnesMakeRoom ? Stream.concat(withoutRequest, busy.entrySet().stream()) : withoutRequest;
    }

    private void forget(ClientConnection connection) {
        String address = idle.remove(connection);
        if (address == null) {
            address = busy.remove(connection);
        }
        if (address != null) {
            addresses.giveBack(address);
        }
    }

    /** A request has arrived on it. */
    synchronized void isBusy(ClientConnection connection) {
        String address = idle.remove(connection);
        if (address != null) {
            busy.put(connection, address);
        }
    }

    /** It has no request any more. */
    synchronized void isIdle(ClientConnection connection) {
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
