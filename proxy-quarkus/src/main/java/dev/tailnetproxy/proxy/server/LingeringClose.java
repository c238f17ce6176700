package dev.tailnetproxy.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * The end of a connection behind whose last response the client may still send. One that is closed with unread bytes is
 * reset, and the reset may take a response away that the client has not read yet. So the proxy says only that it sends no
 * more, and throws away what comes until the client ends the connection, too (RFC 9112 section 9.6).
 */
abstract class LingeringClose extends ChannelDuplexHandler {

    /** What a client may have under way before it sees that the response is there. */
    private static final long MAX_DISCARDED_BYTES = 16L * 1024 * 1024;

    private long discardedBytes;

    /** Whether the client has responses to read. */
    abstract boolean mustLinger();

    /** Whether what comes is thrown away. */
    abstract boolean isDiscarding();

    /** The proxy has said that it sends no more: what comes is thrown away from now on. */
    abstract void linger();

    /** Closes at once. */
    public abstract void abort();

    @Override
    public final void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!mustLinger() || !context.channel().isActive()) {
            var unused = context.close(promise);
            return;
        }
        context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (!isDiscarding()) {
            // First, because the end of the output may close once more.
            linger();
            endOutput(context.channel());
            // It is off while a body waits for its reader.
            context.channel().config().setAutoRead(true);
        }
    }

    static void endOutput(Channel channel) {
        var unused = ((DuplexChannel) channel).shutdownOutput();
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        if (!isDiscarding()) {
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
