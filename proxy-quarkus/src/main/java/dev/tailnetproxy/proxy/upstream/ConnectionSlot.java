package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.state.StateMachine;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.net.ProxyOptions;
import org.jspecify.annotations.Nullable;

/**
 * The place of one connection in the {@link SlotAllocator}. Guarded by the pool.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>DIALING</td><td>OPEN</td><td>the connection is there</td></tr>
 *   <tr><td>DIALING</td><td>VACANT</td><td>the dial fails</td></tr>
 *   <tr><td>OPEN</td><td>DIALING</td><td>the connection ends, and an exchange is about to begin on it</td></tr>
 *   <tr><td>OPEN</td><td>VACANT</td><td>the connection ends, or makes room for another one</td></tr>
 * </table>
 */
final class ConnectionSlot {

    /** What of a connection is there. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        /** Vert.x makes the connection for an exchange, at most for the connect timeout. The first state. */
        DIALING,
        /** There is a connection; idle or in use, which its {@link ConnectionUsage} tells. */
        OPEN,
        /** There is neither a connection nor anybody who makes one: the slot leaves the pool. */
        VACANT;

        @Override
        public boolean mayBecome(State next) {
            return switch (this) {
                case DIALING -> next == OPEN || next == VACANT;
                case OPEN -> next == DIALING || next == VACANT;
                case VACANT -> false;
            };
        }
    }

    private final StateMachine<State> machine = new StateMachine<>(State.DIALING);
    private final Endpoint endpoint;
    private final ProxyOptions key;
    private final @Nullable Channel evicted;
    private int granted;
    private @Nullable ConnectionUsage use;
    private @Nullable Channel channel;

    /** @param evicted a connection that is being closed to make room for this one */
    ConnectionSlot(Endpoint endpoint, ProxyOptions key, @Nullable Channel evicted) {
        this.endpoint = endpoint;
        this.key = key;
        this.evicted = evicted;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Tells Vert.x which of its connections is meant. */
    ProxyOptions key() {
        return key;
    }

    @Nullable
    Channel evicted() {
        return evicted;
    }

    @Nullable
    Channel channel() {
        return channel;
    }

    @Nullable
    ConnectionUsage use() {
        return use;
    }

    State state() {
        return machine.state();
    }

    /** Somebody is about to begin an exchange on it. */
    void grant() {
        granted++;
    }

    /** An exchange that it was granted for begins on this connection. */
    void began(ConnectionUsage newUse, Channel newChannel) {
        granted--;
        use = newUse;
        channel = newChannel;
        if (!isOpen()) {
            machine.enter(State.OPEN);
        }
    }

    /** An exchange that it was granted for never begins. */
    void failed() {
        granted--;
        if (machine.is(State.DIALING) && granted == 0) {
            machine.enter(State.VACANT);
        }
    }

    /** The connection has ended, or is about to. */
    void closed() {
        use = null;
        channel = null;
        machine.enter(granted == 0 ? State.VACANT : State.DIALING);
    }

    boolean isOpen() {
        return machine.is(State.OPEN);
    }

    boolean isVacant() {
        return machine.is(State.VACANT);
    }

    boolean isIdle() {
        return isOpen() && use != null && granted == 0 && use.isUnused();
    }

    /** Whether it has a connection that has not ended, of which the pool is told a moment later. */
    boolean isConnected() {
        return channel != null && channel.isOpen();
    }

    /** Whether its connection is served by this event loop. */
    boolean isOn(EventLoop loop) {
        return channel != null && channel.eventLoop() == loop;
    }

    boolean hasCapacity() {
        // The channel is asked last: of hundreds of connections few are free.
        return isOpen() && use != null && use.hasCapacity(granted) && isConnected();
    }
}
