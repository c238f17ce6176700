package dev.tailnetproxy.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as one of its port's, and the time that it has for what it does: for being idle at first, then for
 * what the version of HTTP says. It stands next to the network in the pipeline.
 */
abstract sealed class StagedConnection extends LingeringClose implements ClientConnection
        permits CallerConnection, Http2ClientConnection {

    static final long MAX_LINGER_MS = 5000;

    private final OpenConnections open;
    private final long idleMillis;
    private final long requestMillis;
    private final long writingMillis;
    private @Nullable ChannelHandlerContext context;
    private @Nullable StageTimer timer;

    StagedConnection(ConnectionLimits limits, OpenConnections open) {
        this.open = open;
        idleMillis = limits.idleTimeout().toMillis();
        requestMillis = limits.requestTimeout().toMillis();
        writingMillis = limits.writingTime().toMillis();
    }

    /**
     * Stands in the pipeline from now on, before anything else is read.
     *
     * @return whether there is room for it
     */
    final boolean takesCharge(Channel channel) {
        channel.attr(OF_CHANNEL).set(this);
        channel.pipeline().addFirst(this);
        boolean admitted = open.admits(this, address(channel));
        if (admitted) {
            channel.closeFuture().addListener(ended -> closed());
        }
        return admitted;
    }

    /** The connection has ended; it was admitted. */
    void closed() {
        open.closed(this);
    }

    /** Empty where a connection has none. */
    private static String address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "";
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext newContext) {
        StageTimer stages = new StageTimer(newContext.executor(), this::expired);
        context = newContext;
        timer = stages;
        stages.within(idleMillis);
        newContext.channel().closeFuture().addListener(closed -> stages.stop());
    }

    /** The stage has lasted too long. */
    abstract void expired();

    final ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not installed");
    }

    final StageTimer timer() {
        return Objects.requireNonNull(timer, "not installed");
    }

    final OpenConnections open() {
        return open;
    }

    final long idleMillis() {
        return idleMillis;
    }

    final long requestMillis() {
        return requestMillis;
    }

    final long writingMillis() {
        return writingMillis;
    }

    /** Until when a request may be read that began then. */
    final long readUntil(long begun) {
        return begun + TimeUnit.MILLISECONDS.toNanos(requestMillis);
    }

    /** Until when the response to a request that began then may be written. */
    final long writtenUntil(long begun) {
        return readUntil(begun) + TimeUnit.MILLISECONDS.toNanos(writingMillis);
    }

    @Override
    public final void abort() {
        var unused = context().close();
    }
}
