package dev.tailnetproxy.proxy.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How long a caller's connection of HTTP/1 lasts, and how it ends.
 *
 * <p>It stands next to the network in the pipeline of one connection and is used on the connection's event loop, {@link
 * #abort} excepted.
 */
final class CallerConnection extends StagedConnection {

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

    /** For what is still to be written of an answer that broke off. */
    private static final long BROKEN_ANSWER_MS = 1000;

    private final int maxUnanswered;
    private final HeaderSections.OfConnection sections;
    private long requestBegun;
    private @Nullable HttpServerRequest served;
    private Runnable whenBroken = () -> {};
    private int unanswered;
    private boolean broken;
    private boolean ending;

    private CallerConnection(ConnectionLimits limits, OpenConnections open, HeaderSections sections) {
        super(limits, open);
        maxUnanswered = limits.maxUnanswered();
        this.sections = sections.new OfConnection(this);
    }

    /**
     * Takes charge of a new connection, before anything is read from it. One for which there is no room ends with 503.
     *
     * @param open the connections of the same port
     * @param sections their header sections
     */
    static CallerConnection install(
            HttpConnection connection, ConnectionLimits limits, OpenConnections open, HeaderSections sections) {
        Channel channel = ((ConnectionBase) connection).channel();
        CallerConnection installed = new CallerConnection(limits, open, sections);
        if (!installed.takesCharge(channel)) {
            installed.turnAway(channel.pipeline().context(ENCODER));
        }
        return installed;
    }

    @Override
    void closed() {
        super.closed();
        sections.closed();
    }

    /** Its header sections. */
    HeaderSections.OfConnection sections() {
        return sections;
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

    @Override
    public void serves(HttpServerRequest request, Runnable bodyBroken) {
        open().isBusy(this);
        served = request;
        whenBroken = bodyBroken;
        requestBegun = System.nanoTime();
        timer().until(readUntil(requestBegun));
    }

    @Override
    public void hasRead(HttpServerRequest request) {
        timer().until(writtenUntil(requestBegun));
    }

    @Override
    public void hasAnswered(HttpServerRequest request, boolean whole) {
        unanswered--;
        sections.isOver();
        if (unanswered == 0) {
            open().isIdle(this);
        }
        if (!whole) {
            timer().within(BROKEN_ANSWER_MS);
        } else if (!ending && request.equals(served)) {
            timer().within(idleMillis());
        }
    }

    @Override
    public boolean isBodyBroken() {
        return broken;
    }

    /** A further request would stand behind the last response, or behind what is no HTTP. */
    @Override
    public boolean isEnding() {
        return ending;
    }

    /** Whatever comes after a request that can't be trusted to end where it seems to is not read. */
    @Override
    public boolean isLast(HttpServerRequest request, boolean refused) {
        return refused || request.version() == HttpVersion.HTTP_1_0 || !request.isEnded() || ending;
    }

    @Override
    public void endAfterThisAnswer(HttpServerRequest request) {
        request.response().headers().set("connection", "close");
        ending = true;
    }

    @Override
    public void hasWritten(HttpServerRequest request, boolean last) {
        if (last) {
            request.connection().close();
        }
    }

    @Override
    public boolean isOpen(HttpServerRequest request) {
        return context().channel().isActive();
    }

    /** At once: an orderly close would wait until the caller has read what is still to be written. */
    @Override
    public void abort(HttpServerRequest request) {
        abort();
    }

    /** HTTP/1 has nothing to say it with outside a response. */
    @Override
    public void makeRoom() {
        abort();
    }

    @Override
    void expired() {
        abort();
    }

    @Override
    boolean lingersAtClose() {
        return ending;
    }

    @Override
    void lingers() {
        timer().within(MAX_LINGER_MS);
    }

    private void turnAway(ChannelHandlerContext encoder) {
        ending = true;
        discardWhatComes();
        timer().within(TURNED_AWAY_MS);
        var unused = encoder.writeAndFlush(Unpooled.copiedBuffer(NO_ROOM, StandardCharsets.US_ASCII))
                .addListener(written -> endOutput(encoder.channel()));
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
}
