package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.state.StateMachine;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long a client's connection of HTTP/2 lasts, and how it ends. Each request has a stream, which ends without the others;
 * the connection ends with a GOAWAY frame (RFC 9113 section 6.8). It stands next to the network in the pipeline. Whether the
 * connection is still open is the channel's to say: every state may end with it.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>IDLE</td><td>ACTIVE</td><td>a request starts</td></tr>
 *   <tr><td>IDLE</td><td>GOING_AWAY</td><td>the idle timeout is over, or the proxy stops</td></tr>
 *   <tr><td>IDLE</td><td>REJECTED</td><td>there is no room for it, or another connection needs its place</td></tr>
 *   <tr><td>IDLE</td><td>LINGERING</td><td>the client breaks the protocol</td></tr>
 *   <tr><td>ACTIVE</td><td>IDLE</td><td>the last of the responses is written</td></tr>
 *   <tr><td>ACTIVE</td><td>GOING_AWAY</td><td>the proxy stops</td></tr>
 *   <tr><td>ACTIVE</td><td>REJECTED</td><td>a request has come when its place was another one's already</td></tr>
 *   <tr><td>ACTIVE</td><td>LINGERING</td><td>the client breaks the protocol</td></tr>
 *   <tr><td>GOING_AWAY</td><td>LINGERING</td><td>the last of the streams has ended</td></tr>
 * </table>
 */
final class Http2ClientConnection extends StagedConnection {

    /** What RFC 9113 section 6.5.2 recommends at least; more would be requests that wait for the port's limits. */
    private static final int MAX_STREAMS = 100;

    /**
     * A stream whose body nobody takes uses up its own window and none of the others'. Twice what all streams have, because
     * Netty gives a window back when half of it has been read.
     */
    private static final int CONNECTION_WINDOW = 2 * MAX_STREAMS * Http2CodecUtil.DEFAULT_WINDOW_SIZE;

    /** From the handshake to the client's SETTINGS, which it sends at once; until then it is not counted. */
    private static final int PREFACE_SECONDS = 10;

    /** For those that do not take the GOAWAY frame. */
    private static final long GOAWAY_GRACE_MS = 1000;

    /** What the connection does. Each state says how long it may last; a request has a time of its own as well. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        /** No request, at most for the idle timeout. The first state. */
        IDLE,
        /** Requests, at most for the request timeout and twice the writing time since the newest one. */
        ACTIVE,
        /** GOAWAY is sent; what is under way ends, in the time that it gets and {@link #GOAWAY_GRACE_MS}. */
        GOING_AWAY,
        /** GOAWAY is sent, no request is served, and the connection closes after {@link #GOAWAY_GRACE_MS} at most. */
        REJECTED,
        /**
         * Everything is written; what still comes is thrown away, for {@link #MAX_LINGER_MS} at most, or for {@link
         * #GOAWAY_GRACE_MS} when it was not the proxy that ended the connection.
         */
        LINGERING;

        @Override
        public boolean mayBecome(State next) {
            return switch (this) {
                case IDLE -> next != IDLE;
                case ACTIVE -> next != ACTIVE;
                case GOING_AWAY -> next == LINGERING;
                case REJECTED, LINGERING -> false;
            };
        }
    }

    private final StateMachine<State> machine = new StateMachine<>(State.IDLE);
    private final HttpConnection connection;
    private final Map<HttpServerRequest, Stream> streams = new HashMap<>();
    private long writtenBytes;

    private Http2ClientConnection(HttpConnection connection, ConnectionLimits limits, ConnectionLimiter limiter) {
        super(limits, limiter);
        this.connection = connection;
    }

    private record Stream(long startNanos, DeadlineTimer timer) {}

    /** Lets a port that speaks TLS speak HTTP/2, too.  */
    static void configure(HttpServerOptions options, int maxHeaderBytes) {
        options.setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS).setMaxHeaderListSize(maxHeaderBytes))
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                // The proxy writes nothing before it has the client's preface, however slowly that comes.
                .setWriteIdleTimeout(PREFACE_SECONDS);
    }

    /** The preface is here, or there is none. */
    static void removePrefaceTimeout(Channel channel) {
        if (channel.pipeline().get(IdleStateHandler.class) != null) {
            channel.pipeline().remove(IdleStateHandler.class);
        }
    }

    /** Takes charge of a new connection, before a request is read from it. */
    static Http2ClientConnection install(
            HttpConnection connection, ConnectionLimits limits, ConnectionLimiter limiter) {
        Channel channel = ((ConnectionBase) connection).channel();
        Http2ClientConnection installed = new Http2ClientConnection(connection, limits, limiter);
        boolean admitted = installed.install(channel);
        Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        // Netty would wait until the client says that it has read the settings.
        http2.connection().remote().maxActiveStreams(MAX_STREAMS);
        Http2FrameListener requests = new Http2RequestNormalizer(http2.decoder().frameListener());
        http2.decoder().frameListener(new FrameBudget(requests, installed::writtenBytes));
        if (!admitted) {
            connection.goAway(Http2Error.NO_ERROR.code(), 0);
            installed.goAway(State.REJECTED, 0);
        }
        return installed;
    }

    /** Whether a request whose header section is here has a body; no field has to say so. */
    static boolean hasBody(HttpServerRequest request) {
        Http2Stream stream = ((ConnectionBase) request.connection())
                .channel().pipeline().get(Http2ConnectionHandler.class).connection().stream(request.streamId());
        return stream != null && stream.state().remoteSideOpen();
    }

    /** No further request is read, and the connection ends behind those that are being served. */
    private void goAway(State next, long atMostMillis) {
        if (isServing()) {
            machine.enter(next);
            var unused = connection.shutdown(atMostMillis, TimeUnit.MILLISECONDS);
            timer().expireAfter(atMostMillis + GOAWAY_GRACE_MS);
        }
    }

    State state() {
        return machine.state();
    }

    /** Whether new streams are welcome. */
    private boolean isServing() {
        return machine.is(State.IDLE) || machine.is(State.ACTIVE);
    }

    @Override
    public void requestStarted(HttpServerRequest request, Runnable bodyInvalidHandler) {
        limiter().markBusy(this);
        Stream stream =
                new Stream(System.nanoTime(), new DeadlineTimer(context().executor(), () -> abort(request)));
        streams.put(request, stream);
        stream.timer().expireAt(readUntil(stream.startNanos()));
        timer().expireAfter(requestMillis() + 2 * writingMillis());
        if (machine.is(State.IDLE)) {
            machine.enter(State.ACTIVE);
        }
    }

    @Override
    public void requestRead(HttpServerRequest request) {
        Stream stream = streams.get(request);
        if (stream != null) {
            stream.timer().expireAt(writtenUntil(stream.startNanos()));
        }
    }

    /** The other requests have streams of their own, whatever became of this one. */
    @Override
    public boolean isLastResponse(HttpServerRequest request, boolean refused) {
        return false;
    }

    /** A GOAWAY frame says so, and no header field (RFC 9113 section 8.2.2). */
    @Override
    public void closeAfterResponse(HttpServerRequest request) {
        goAway(State.GOING_AWAY, requestMillis() + writingMillis());
    }

    /** What is left of the request is not wanted (RFC 9113 section 8.1). */
    @Override
    public void responseWritten(HttpServerRequest request, boolean last) {
        if (!request.isEnded()) {
            request.response().reset(Http2Error.NO_ERROR.code());
        }
    }

    @Override
    public void responseCompleted(HttpServerRequest request, boolean succeeded) {
        Stream stream = streams.remove(request);
        if (stream != null) {
            stream.timer().stop();
        }
        if (!succeeded) {
            abort(request);
        }
        if (streams.isEmpty()) {
            limiter().markIdle(this);
            if (machine.is(State.ACTIVE)) {
                machine.enter(State.IDLE);
                timer().expireAfter(idleMillis());
            }
        }
    }

    /** Netty resets the stream. */
    @Override
    public boolean isBodyInvalid() {
        return false;
    }

    @Override
    public boolean isClosing() {
        return machine.is(State.REJECTED);
    }

    @Override
    public boolean isOpen(HttpServerRequest request) {
        return context().channel().isActive() && !request.response().closed();
    }

    @Override
    public void abort(HttpServerRequest request) {
        if (!request.response().closed()) {
            request.response().reset(Http2Error.CANCEL.code());
        }
    }

    /** The new one has its place already: there is no time for the client to end it. */
    @Override
    public void makeRoom() {
        context().executor().execute(() -> {
            if (isServing()) {
                goAway(State.REJECTED, 0);
            } else {
                abort();
            }
        });
    }

    /** An orderly end is tried once: a client that takes nothing does not get it. */
    @Override
    void expired() {
        if (machine.is(State.IDLE)) {
            goAway(State.GOING_AWAY, 0);
        } else {
            abort();
        }
    }

    /** The client may have sent more than is read, and is to see why nothing of it is. */
    @Override
    boolean mustLinger() {
        return !machine.is(State.REJECTED);
    }

    @Override
    boolean isDiscarding() {
        return machine.is(State.LINGERING);
    }

    @Override
    void linger() {
        timer().expireAfter(isServing() ? GOAWAY_GRACE_MS : MAX_LINGER_MS);
        machine.enter(State.LINGERING);
    }

    private long writtenBytes() {
        return writtenBytes;
    }

    @Override
    public void write(ChannelHandlerContext network, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            writtenBytes += bytes.readableBytes();
        }
        var unused = network.write(message, promise);
    }
}
