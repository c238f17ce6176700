package dev.tailnetproxy.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a caller's connection ends. One that is closed with unread bytes is reset, and the reset may take an answer away
 * that the caller has not read yet. So behind its last answer the proxy says only that it sends no more, and throws away
 * what comes until the caller ends the connection, too (RFC 9112 section 9.6).
 *
 * <p>It stands next to the network in the pipeline of one connection and is used on the connection's event loop, {@link
 * #abort} excepted.
 */
final class CallerConnection extends ChannelDuplexHandler {

    /** The pipeline forgets its handlers when the connection is closed. */
    private static final AttributeKey<CallerConnection> OF_CHANNEL =
            AttributeKey.valueOf(CallerConnection.class.getName());

    /** What a caller may have under way before it sees that the answer is there. */
    private static final long MAX_DISCARDED_BYTES = 16L * 1024 * 1024;

    private static final long MAX_LINGER_MS = 5000;

    private @Nullable ChannelHandlerContext context;
    private @Nullable HttpServerRequest served;
    private Runnable whenBroken = () -> {};
    private boolean broken;
    private boolean ending;
    private boolean lingering;
    private long discardedBytes;

    private CallerConnection() {}

    /** Takes charge of a new connection, before anything is read from it. */
    static void install(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        CallerConnection installed = new CallerConnection();
        channel.attr(OF_CHANNEL).set(installed);
        channel.pipeline().addFirst(installed);
    }

    static CallerConnection of(HttpServerRequest request) {
        return ((ConnectionBase) request.connection())
                .channel()
                .attr(OF_CHANNEL)
                .get();
    }

    /**
     * A request is being served.
     *
     * @param bodyBroken runs when the rest of its body turns out to be no HTTP; it is still to be answered then
     */
    void serves(HttpServerRequest request, Runnable bodyBroken) {
        served = request;
        whenBroken = bodyBroken;
    }

    /** Whether the body of the request that is being served is no HTTP. */
    boolean isBodyBroken() {
        return broken;
    }

    /** Whether no further request on it is served: it would stand behind the last answer, or behind what is no HTTP. */
    boolean isEnding() {
        return ending;
    }

    /** The answer to the request that is being served is the last one. */
    void endAfterThisAnswer() {
        ending = true;
    }

    /** Closes at once, whatever is still to be written or read. */
    void abort() {
        var unused = context().close();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not installed");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = newContext;
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!ending || !context.channel().isActive()) {
            var unused = context.close(promise);
            return;
        }
        context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (!lingering) {
            lingering = true;
            linger(context);
        }
    }

    private void linger(ChannelHandlerContext context) {
        var unused = ((DuplexChannel) context.channel()).shutdownOutput();
        var timer = context.executor().schedule(this::abort, MAX_LINGER_MS, TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(closed -> timer.cancel(false));
        // It is off while a body waits for its reader.
        context.channel().config().setAutoRead(true);
    }

    /** Vert.x closes the connection at any failure. One of a body comes from the caller, who may still have an answer. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        HttpServerRequest request = served;
        if (cause instanceof IOException
                || request == null
                || request.response().ended()) {
            context.fireExceptionCaught(cause);
            return;
        }
        ending = true;
        if (!broken && !request.isEnded()) {
            broken = true;
            whenBroken.run();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!lingering) {
            context.fireChannelRead(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            discardedBytes += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (discardedBytes > MAX_DISCARDED_BYTES) {
            abort();
        }
    }
}
