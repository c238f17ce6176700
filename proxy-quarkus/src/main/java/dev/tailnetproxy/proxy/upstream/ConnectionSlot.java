package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;
import io.vertx.core.net.ProxyOptions;
import org.jspecify.annotations.Nullable;

/** The place of one connection in the {@link SlotAllocator}: being dialled, in use or idle. Guarded by the pool. */
final class ConnectionSlot {

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

    /** The connection is there. */
    void opened(ConnectionUsage newUse, Channel newChannel) {
        use = newUse;
        channel = newChannel;
    }

    void closed() {
        use = null;
        channel = null;
    }

    /** Somebody is about to begin an exchange on it. */
    void grant() {
        granted++;
    }

    /** That one has begun, or never will. */
    void granted() {
        granted--;
    }

    boolean isOpen() {
        return channel != null;
    }

    /** Whether there is neither a connection nor anybody who is making one. */
    boolean isVacant() {
        return channel == null && granted == 0;
    }

    boolean isIdle() {
        return channel != null && use != null && granted == 0 && use.isUnused();
    }

    boolean hasCapacity() {
        return channel != null && use != null && use.hasCapacity(granted);
    }
}
