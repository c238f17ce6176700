package dev.tailnetproxy.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a caller's connection lasts, and how it ends. One that is closed with unread bytes is reset, and the reset may
 * take an answer away that the caller has not read yet. So behind its last answer the proxy says only that it sends no
 * more, and throws away what comes until the caller ends the connection, too (RFC 9112 section 9.6).
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

    /** There may be many of those for whom there is no room. */
    private static final long TURNED_AWAY_MS = 500;

    private static final String NO_ROOM =
            """
            HTTP/1.1 503 Service Unavailable\r
            retry-after: 1\r
            connection: close\r
            content-length: 0\r
            \r
            """;

    /** The name that Vert.x gives to the handler behind which what is written is encrypted. */
    private static final String ENCODER = "httpEncoder";

    /** Beyond the deadline of a request, for the rest of an answer that a slow caller reads. */
    private static final long WRITING_MS = 5000;

    /** For what is still to be written of an answer that broke off. */
    private static final long BROKEN_ANSWER_MS = 1000;

    private final OpenConnections open;
    private final int maxUnanswered;
    private final long idleMillis;
    private final long requestMillis;
    private @Nullable ChannelHandlerContext context;
    private @Nullable StageTimer timer;
    private long requestBegun;
    private @Nullable HttpServerRequest served;
    private Runnable whenBroken = () -> {};
    private int unanswered;
    private boolean broken;
    private boolean ending;
    private boolean lingering;
    private long discardedBytes;

    private CallerConnection(ConnectionLimits limits, OpenConnections open) {
        this.open = open;
        maxUnanswered = limits.maxUnanswered();
        idleMillis = limits.idleTimeout().toMillis();
        requestMillis = limits.requestTimeout().toMillis();
    }

    /**
     * Takes charge of a new connection, before anything is read from it. One for which there is no room ends with 503.
     *
     * @param open the connections of the same port
     */
    static CallerConnection install(HttpConnection connection, ConnectionLimits limits, OpenConnections open) {
        Channel channel = ((ConnectionBase) connection).channel();
        CallerConnection installed = new CallerConnection(limits, open);
        channel.attr(OF_CHANNEL).set(installed);
        channel.pipeline().addFirst(installed);
        if (open.admits(installed)) {
            channel.closeFuture().addListener(closed -> open.closed(installed));
        } else {
            installed.turnAway(channel.pipeline().context(ENCODER));
        }
        return installed;
    }

    static CallerConnection of(HttpServerRequest request) {
        return ((ConnectionBase) request.connection())
                .channel()
                .attr(OF_CHANNEL)
                .get();
    }

    /**
     * A request has come; the requests before it are answered first.
     *
     * @throws IllegalArgumentException when so many wait, or have responses that nobody reads, that a client could fill
     *     the memory with them
     */
    void arrives() {
        if (unanswered >= maxUnanswered) {
            throw new IllegalArgumentException(maxUnanswered + " requests of the connection have no response yet");
        }
        unanswered++;
    }

    /**
     * A request is being served.
     *
     * @param bodyBroken runs when the rest of its body turns out to be no HTTP; it is still to be answered then
     */
    void serves(HttpServerRequest request, Runnable bodyBroken) {
        open.isBusy(this);
        served = request;
        whenBroken = bodyBroken;
        requestBegun = System.nanoTime();
        timer().until(requestBegun + TimeUnit.MILLISECONDS.toNanos(requestMillis));
    }

    /** What has to be read of the request before it is forwarded is here. */
    void hasRead() {
        timer().until(requestBegun + TimeUnit.MILLISECONDS.toNanos(requestMillis + WRITING_MS));
    }

    /** The answer to the request has been written, or could not be. */
    void hasAnswered(HttpServerRequest request, boolean whole) {
        unanswered--;
        if (unanswered == 0) {
            open.isIdle(this);
        }
        if (!whole) {
            timer().within(BROKEN_ANSWER_MS);
        } else if (!ending && request.equals(served)) {
            timer().within(idleMillis);
        }
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

    /** Whether the caller is still there, as far as it is known. */
    boolean isOpen() {
        return context().channel().isActive();
    }

    /** Closes at once, whatever is still to be written or read. */
    void abort() {
        var unused = context().close();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not installed");
    }

    private StageTimer timer() {
        return Objects.requireNonNull(timer, "not installed");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        StageTimer stages = new StageTimer(newContext.executor(), this::abort);
        context = newContext;
        timer = stages;
        stages.within(idleMillis);
        newContext.channel().closeFuture().addListener(closed -> stages.stop());
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

    private void turnAway(ChannelHandlerContext encoder) {
        ending = true;
        lingering = true;
        timer().within(TURNED_AWAY_MS);
        var unused = encoder.writeAndFlush(Unpooled.copiedBuffer(NO_ROOM, StandardCharsets.US_ASCII))
                .addListener(written -> endOutput(encoder.channel()));
    }

    private void linger(ChannelHandlerContext context) {
        endOutput(context.channel());
        timer().within(MAX_LINGER_MS);
        // It is off while a body waits for its reader.
        context.channel().config().setAutoRead(true);
    }

    private static void endOutput(Channel channel) {
        var unused = ((DuplexChannel) channel).shutdownOutput();
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
