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
final class Http1ClientConnection extends StagedConnection {

    /** There may be many of those for whom there is no room. */
    private static final long REJECTION_LINGER_MS = 500;

    private static final String SERVICE_UNAVAILABLE_RESPONSE =
            """
            HTTP/1.1 503 Service Unavailable\r
            retry-after: 1\r
            connection: close\r
            content-length: 0\r
            \r
            """;

    /** The name that Vert.x gives to the handler behind which what is written is encrypted. */
    private static final String ENCODER = "httpEncoder";

    /** For what is still to be written of a response that broke off. */
    private static final long ABORTED_RESPONSE_MS = 1000;

    private final int maxPendingResponses;
    private final HeaderSections.ConnectionSections sections;
    private long requestStartNanos;
    private @Nullable HttpServerRequest currentRequest;
    private Runnable onBodyInvalid = () -> {};
    private int pendingResponses;
    private boolean bodyInvalid;
    private boolean closing;

    private Http1ClientConnection(ConnectionLimits limits, ConnectionLimiter limiter, HeaderSections sections) {
        super(limits, limiter);
        maxPendingResponses = limits.maxPendingResponses();
        this.sections = sections.new ConnectionSections(this);
    }

    /**
     * Takes charge of a new connection, before anything is read from it. One for which there is no room ends with 503.
     *
     * @param limiter the connections of the same port
     * @param sections their header sections
     */
    static Http1ClientConnection install(
            HttpConnection connection, ConnectionLimits limits, ConnectionLimiter limiter, HeaderSections sections) {
        Channel channel = ((ConnectionBase) connection).channel();
        Http1ClientConnection installed = new Http1ClientConnection(limits, limiter, sections);
        if (!installed.install(channel)) {
            installed.reject(channel.pipeline().context(ENCODER));
        }
        return installed;
    }

    @Override
    void closed() {
        super.closed();
        sections.closed();
    }

    /** Its header sections. */
    HeaderSections.ConnectionSections sections() {
        return sections;
    }

    /**
     * A request has come; the requests before it get their responses first.
     *
     * @throws IllegalArgumentException when so many wait, or have responses that nobody reads, that a client could fill
     *     the memory with them
     */
    void requestReceived() {
        if (pendingResponses >= maxPendingResponses) {
            throw new IllegalArgumentException(
                    maxPendingResponses + " requests of the connection have no response yet");
        }
        pendingResponses++;
    }

    @Override
    public void requestStarted(HttpServerRequest request, Runnable bodyInvalidHandler) {
        limiter().markBusy(this);
        currentRequest = request;
        onBodyInvalid = bodyInvalidHandler;
        requestStartNanos = System.nanoTime();
        timer().expireAt(readUntil(requestStartNanos));
    }

    @Override
    public void requestRead(HttpServerRequest request) {
        timer().expireAt(writtenUntil(requestStartNanos));
    }

    @Override
    public void responseCompleted(HttpServerRequest request, boolean succeeded) {
        pendingResponses--;
        sections.responseSent();
        if (pendingResponses == 0) {
            limiter().markIdle(this);
        }
        if (!succeeded) {
            timer().expireAfter(ABORTED_RESPONSE_MS);
        } else if (!closing && request.equals(currentRequest)) {
            timer().expireAfter(idleMillis());
        }
    }

    @Override
    public boolean isBodyInvalid() {
        return bodyInvalid;
    }

    /** A further request would stand behind the last response, or behind what is no HTTP. */
    @Override
    public boolean isClosing() {
        return closing;
    }

    /** Whatever comes after a request that can't be trusted to end where it seems to is not read. */
    @Override
    public boolean isLastResponse(HttpServerRequest request, boolean refused) {
        return refused || request.version() == HttpVersion.HTTP_1_0 || !request.isEnded() || closing;
    }

    @Override
    public void closeAfterResponse(HttpServerRequest request) {
        request.response().headers().set("connection", "close");
        closing = true;
    }

    @Override
    public void responseWritten(HttpServerRequest request, boolean last) {
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
    boolean mustLinger() {
        return closing;
    }

    @Override
    void onLinger() {
        timer().expireAfter(MAX_LINGER_MS);
    }

    private void reject(ChannelHandlerContext encoder) {
        closing = true;
        discardInput();
        timer().expireAfter(REJECTION_LINGER_MS);
        var unused = encoder.writeAndFlush(
                        Unpooled.copiedBuffer(SERVICE_UNAVAILABLE_RESPONSE, StandardCharsets.US_ASCII))
                .addListener(written -> endOutput(encoder.channel()));
    }

    /** Vert.x closes the connection at any failure. One of a body comes from the caller, who may still have a response. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        HttpServerRequest request = currentRequest;
        if (cause instanceof IOException
                || request == null
                || request.response().ended()) {
            context.fireExceptionCaught(cause);
            return;
        }
        closing = true;
        if (!bodyInvalid && !request.isEnded()) {
            bodyInvalid = true;
            onBodyInvalid.run();
        }
    }
}
