package dev.tailnetproxy.proxy.server;

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
 * the connection ends with a GOAWAY frame (RFC 9113 section 6.8). It stands next to the network in the pipeline.
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

    private final HttpConnection connection;
    private final Map<HttpServerRequest, Stream> streams = new HashMap<>();
    private long writtenBytes;
    private boolean rejected;
    private boolean goingAway;

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
    static void install(HttpConnection connection, ConnectionLimits limits, ConnectionLimiter limiter) {
        Channel channel = ((ConnectionBase) connection).channel();
        Http2ClientConnection installed = new Http2ClientConnection(connection, limits, limiter);
        boolean admitted = installed.install(channel);
        Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        // Netty would wait until the client says that it has read the settings.
        http2.connection().remote().maxActiveStreams(MAX_STREAMS);
        Http2FrameListener requests = new Http2RequestNormalizer(http2.decoder().frameListener());
        http2.decoder().frameListener(new FrameBudget(requests, installed::writtenBytes));
        if (!admitted) {
            installed.rejected = true;
            connection.goAway(Http2Error.NO_ERROR.code(), 0);
            installed.goAway(0);
        }
    }

    /** Whether a request whose header section is here has a body; no field has to say so. */
    static boolean hasBody(HttpServerRequest request) {
        Http2Stream stream = ((ConnectionBase) request.connection())
                .channel().pipeline().get(Http2ConnectionHandler.class).connection().stream(request.streamId());
        return stream != null && stream.state().remoteSideOpen();
    }

    /** No further request is read, and the connection ends behind those that are being served. */
    private void goAway(long atMostMillis) {
        if (!goingAway) {
            goingAway = true;
            var unused = connection.shutdown(atMostMillis, TimeUnit.MILLISECONDS);
            timer().expireAfter(atMostMillis + GOAWAY_GRACE_MS);
        }
    }

    @Override
    public void requestStarted(HttpServerRequest request, Runnable bodyInvalidHandler) {
        limiter().markBusy(this);
        Stream stream =
                new Stream(System.nanoTime(), new DeadlineTimer(context().executor(), () -> abort(request)));
        streams.put(request, stream);
        stream.timer().expireAt(readUntil(stream.startNanos()));
        timer().expireAfter(requestMillis() + 2 * writingMillis());
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
        goAway(requestMillis() + writingMillis());
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
            if (!goingAway) {
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
        return rejected;
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
            if (goingAway) {
                abort();
            } else {
                rejected = true;
                goAway(0);
            }
        });
    }

    /** An orderly end is tried once: a client that takes nothing does not get it. */
    @Override
    void expired() {
        if (goingAway || !streams.isEmpty()) {
            abort();
        } else {
            goAway(0);
        }
    }

    /** The client may have sent more than is read, and is to see why nothing of it is. */
    @Override
    boolean mustLinger() {
        return !rejected;
    }

    @Override
    void onLinger() {
        timer().expireAfter(goingAway ? MAX_LINGER_MS : GOAWAY_GRACE_MS);
        goingAway = true;
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
