package dev.tailnetproxy.proxy.server;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one port, of which there are never more than a number. A new one takes the place of the one that
 * has been without a request for the longest time. Those with a request keep theirs, unless all of them are of clients that
 * may be assumed not to read. Used on all event loops.
 */
final class OpenConnections {

    private final int most;
    private final boolean busyOnesMakeRoom;
    private final Set<ClientConnection> idle = new LinkedHashSet<>();
    private final Set<ClientConnection> busy = new LinkedHashSet<>();

    /** @param busyOnesMakeRoom whether the oldest with a request ends for a new one where none is idle */
    OpenConnections(int most, boolean busyOnesMakeRoom) {
        this.most = most;
        this.busyOnesMakeRoom = busyOnesMakeRoom;
    }

    /**
     * A connection has been opened.
     *
     * @return whether there is room for it
     */
    boolean admits(ClientConnection connection) {
        ClientConnection leaving = null;
        synchronized (this) {
            if (count() >= most) {
                leaving = eldest();
                if (leaving == null) {
                    return false;
                }
                idle.remove(leaving);
                busy.remove(leaving);
            }
            idle.add(connection);
        }
        if (leaving != null) {
            leaving.makeRoom();
        }
        return true;
    }

    private @Nullable ClientConnection eldest() {
        if (!idle.isEmpty()) {
            return idle.iterator().next();
        }
        return busyOnesMakeRoom ? busy.iterator().next() : null;
    }

    /** A request has arrived on it. */
    synchronized void isBusy(ClientConnection connection) {
        if (idle.remove(connection)) {
            busy.add(connection);
        }
    }

    /** It has no request any more. */
    synchronized void isIdle(ClientConnection connection) {
        if (busy.remove(connection)) {
            idle.add(connection);
        }
    }

    synchronized void closed(ClientConnection connection) {
        idle.remove(connection);
        busy.remove(connection);
    }

    synchronized int count() {
        return idle.size() + busy.size();
    }
}
