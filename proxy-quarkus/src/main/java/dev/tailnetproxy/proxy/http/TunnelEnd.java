package dev.tailnetproxy.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection behind its last message of HTTP. It stands behind what reads HTTP, keeps what comes before a
 * {@link Tunnel} takes it, and shares the connection's event loop. What does not say otherwise is used on any thread.
 */
public final class TunnelEnd extends ChannelInboundHandlerAdapter {

    /** A client may send so much before it has the response; more is not read. */
    private static final int MAX_EARLY_BYTES = 64 * 1024;

    /** For what is still to be written when the tunnel is over. */
    private static final long FINISHING_SECONDS = 5;

    /** Who takes the bytes; used on the connection's event loop. */
    interface Reader {

        /** Bytes have come; they are the reader's. */
        void read(ByteBuf bytes);

        /** No more come until {@link #readMore} is called. */
        void readComplete();

        /** The other side sends no more. */
        void inputEnded();

        /** The connection has ended. */
        void closed();
    }

    private final AtomicBoolean finishing = new AtomicBoolean();
    private volatile @Nullable ChannelHandlerContext context;
    private @Nullable Reader reader;
    private @Nullable ByteBuf early;
    private boolean inputEnded;

    /** Takes what comes through this handler from now on, on the connection's event loop. */
    public static void addBehind(ChannelHandlerContext codec) {
        codec.pipeline().addAfter(codec.name(), TunnelEnd.class.getName(), new TunnelEnd());
    }

    /** That of a connection which has sent, or offered, its last message. */
    public static Optional<TunnelEnd> of(Channel channel) {
        return Optional.ofNullable(channel.pipeline().get(TunnelEnd.class));
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline");
    }

    /** The connection. */
    public Channel channel() {
        return context().channel();
    }

    /** TLS has no end of one direction only that every implementation knows. */
    boolean endsByHalf() {
        return channel().pipeline().get(SslHandler.class) == null;
    }

    /** Gives the bytes to a reader from now on: first those that are here. */
    void attach(Reader taker) {
        context().executor().execute(() -> {
            channel().config().setAutoRead(false);
            channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, endsByHalf());
            reader = taker;
            ByteBuf kept = early;
            if (kept != null) {
                early = null;
                taker.read(kept);
            }
            taker.readComplete();
            if (!channel().isActive()) {
                taker.closed();
            } else if (inputEnded) {
                taker.inputEnded();
            }
        });
    }

    /** Asks for more bytes. */
    void readMore() {
        channel().read();
    }

    /** Writes what {@link #flush} sends. */
    ChannelFuture write(ByteBuf bytes) {
        return context().write(bytes);
    }

    void flush() {
        context().flush();
    }

    /** Writes at once. */
    public void send(ByteBuf bytes) {
        var unused = context().writeAndFlush(bytes);
    }

    /** Says that no more is sent; what was written has been sent. */
    void endOutput() {
        var unused = ((DuplexChannel) channel()).shutdownOutput();
    }

    /**
     * Ends the connection.
     *
     * @param last what has still to be written, for a while; null for at once
     * @param done runs once, when the end is on its way
     */
    void finish(@Nullable ChannelFuture last, Runnable done) {
        Runnable close = () -> {
            if (finishing.compareAndSet(false, true)) {
                var unused = context().close();
                done.run();
            }
        };
        if (last == null) {
            close.run();
        } else {
            last.addListener(written -> close.run());
            var unused = context().executor().schedule(close, FINISHING_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            here.fireChannelRead(message);
        } else if (reader != null) {
            reader.read(bytes);
        } else {
            keep(here, bytes);
        }
    }

    /** As a copy: a piece of one byte has a buffer of its own behind it, and there may be as many of those as bytes. */
    private void keep(ChannelHandlerContext here, ByteBuf bytes) {
        ByteBuf kept = early == null ? here.alloc().buffer(bytes.readableBytes()) : early;
        early = kept;
        kept.writeBytes(bytes);
        bytes.release();
        if (kept.readableBytes() > MAX_EARLY_BYTES) {
            here.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext here) {
        if (reader != null) {
            reader.readComplete();
        }
        here.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext here, Object event) {
        if ((event == ChannelInputShutdownEvent.INSTANCE || event instanceof SslCloseCompletionEvent) && !inputEnded) {
            inputEnded = true;
            if (reader != null) {
                reader.inputEnded();
            }
        }
        here.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        release();
        if (reader != null) {
            reader.closed();
        }
        here.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext here) {
        release();
    }

    private void release() {
        ByteBuf kept = early;
        if (kept != null) {
            early = null;
            kept.release();
        }
    }

    /** The connection is broken; before there is a tunnel, that is a matter of the request. */
    @Override
    public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
        if (reader == null) {
            here.fireExceptionCaught(cause);
        } else {
            var unused = here.close();
        }
    }
}
