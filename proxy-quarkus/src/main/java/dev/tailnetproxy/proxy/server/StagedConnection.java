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
        permits Http1ClientConnection, Http2ClientConnection {

    static final long MAX_LINGER_MS = 5000;

    private final ConnectionLimiter limiter;
    private final long idleMillis;
    private final long requestMillis;
    private final long writingMillis;
    private @Nullable ChannelHandlerContext context;
    private @Nullable DeadlineTimer timer;

    StagedConnection(ConnectionLimits limits, ConnectionLimiter limiter) {
        this.limiter = limiter;
        idleMillis = limits.idleTimeout().toMillis();
        requestMillis = limits.requestTimeout().toMillis();
        writingMillis = limits.writingTime().toMillis();
    }

    /**
     * Stands in the pipeline from now on, before anything else is read.
     *
     * @return whether there is room for it
     */
    final boolean install(Channel channel) {
        channel.attr(OF_CHANNEL).set(this);
        channel.pipeline().addFirst(this);
        boolean admitted = limiter.tryAdmit(this, address(channel));
        if (admitted) {
            channel.closeFuture().addListener(ended -> closed());
        }
        return admitted;
    }

    /** The connection has ended; it was admitted. */
    void closed() {
        limiter.closed(this);
    }

    /** Empty where a connection has none. */
    private static String address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "";
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext newContext) {
        DeadlineTimer stages = new DeadlineTimer(newContext.executor(), this::expired);
        context = newContext;
        timer = stages;
        stages.expireAfter(idleMillis);
        newContext.channel().closeFuture().addListener(closed -> stages.stop());
    }

    /** The stage has lasted too long. */
    abstract void expired();

    final ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not installed");
    }

    final DeadlineTimer timer() {
        return Objects.requireNonNull(timer, "not installed");
    }

    final ConnectionLimiter limiter() {
        return limiter;
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
    final long readUntil(long started) {
        return started + TimeUnit.MILLISECONDS.toNanos(requestMillis);
    }

    /** Until when the response to a request that began then may be written. */
    final long writtenUntil(long started) {
        return readUntil(started) + TimeUnit.MILLISECONDS.toNanos(writingMillis);
    }

    @Override
    public final void abort() {
        var unused = context().close();
    }
}
