package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;
import io.vertx.core.net.ProxyOptions;
import org.jspecify.annotations.Nullable;

/** The place of one connection in the {@link TargetPool}: being dialled, in use or idle. Guarded by the pool. */
final class Slot {

    private final Endpoint endpoint;
    private final ProxyOptions key;
    private final @Nullable Channel displaced;
    private int granted;
    private @Nullable ConnectionUse use;
    private @Nullable Channel channel;

    /** @param displaced a connection that is being closed to make room for this one */
    Slot(Endpoint endpoint, ProxyOptions key, @Nullable Channel displaced) {
        this.endpoint = endpoint;
        this.key = key;
        this.displaced = displaced;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Tells Vert.x which of its connections is meant. */
    ProxyOptions key() {
        return key;
    }

    @Nullable
    Channel displaced() {
        return displaced;
    }

    @Nullable
    Channel channel() {
        return channel;
    }

    @Nullable
    ConnectionUse use() {
        return use;
    }

    /** The connection is there. */
    void opened(ConnectionUse newUse, Channel newChannel) {
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

    boolean takesMore() {
        return channel != null && use != null && use.takesMore(granted);
    }
}
