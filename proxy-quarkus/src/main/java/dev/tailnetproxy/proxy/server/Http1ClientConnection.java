package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.http.TunnelEnd;
import dev.tailnetproxy.proxy.state.StateMachine;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a client's connection of HTTP/1 lasts, and how it ends.
 *
 * <p>It stands next to the network in the pipeline of one connection and is used on the connection's event loop, {@link
 * #abort} excepted. Whether the connection is still open is the channel's to say: every state may end with it.
 *
 * <p>Its states and their transitions are {@link Http1State}.
 */
final class Http1ClientConnection extends StagedConnection {

    /** The name that Vert.x gives to the handler behind which what is written is encrypted. */
    private static final String ENCODER = "httpEncoder";

    /** For what is still to be written of a response that broke off. */
    private static final long ABORTED_RESPONSE_MS = 1000;

    private final StateMachine<Http1State> machine = new StateMachine<>(Http1State.IDLE);
    private final int maxPendingResponses;
    private final HeaderSections.ConnectionSections sections;
    private long requestStartNanos;
    private @Nullable HttpServerRequest currentRequest;
    private Runnable onBodyInvalid = () -> {};
    private Runnable onIdle = () -> {};
    private long upgradeIdleMillis;
    private int pendingResponses;
    private boolean bodyInvalid;

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

    Http1State state() {
        return machine.state();
    }

    private void enter(Http1State next) {
        machine.enter(next);
        switch (next) {
            case IDLE -> timer().expireAfter(idleMillis());
            case READING -> timer().expireAt(readUntil(requestStartNanos));
            case RESPONDING -> timer().expireAt(writtenUntil(requestStartNanos));
            case UPGRADED -> bytesPassed();
            case LAST_RESPONSE -> {}
            case LINGERING -> timer().expireAfter(MAX_LINGER_MS);
            case REJECTED -> timer().expireAfter(Rejection.LINGER_MS);
        }
    }

    private void enterLastResponse() {
        if (!isClosing()) {
            enter(Http1State.LAST_RESPONSE);
        }
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
        enter(Http1State.READING);
    }

    @Override
    public void requestRead(HttpServerRequest request) {
        if (machine.is(Http1State.LAST_RESPONSE)) {
            // Its last response has the same time as another one.
            timer().expireAt(writtenUntil(requestStartNanos));
        } else if (!isClosing()) {
            enter(Http1State.RESPONDING);
        }
    }

    /**
     * What comes from here on is no HTTP.
     *
     * @param idle runs when no byte has come or gone for the timeout
     * @return the bytes; empty when the connection has ended, or is about to
     */
    Optional<TunnelEnd> switchProtocols(HttpServerRequest request, Duration idleTimeout, Runnable idle) {
        Optional<TunnelEnd> end = TunnelEnd.of(context().channel());
        if (end.isEmpty() || !isOpen(request) || isClosing()) {
            return Optional.empty();
        }
        upgradeIdleMillis = idleTimeout.toMillis();
        onIdle = idle;
        enter(Http1State.UPGRADED);
        sections.responseSent();
        return end;
    }

    /** A byte of another protocol has come or gone. */
    void bytesPassed() {
        if (machine.is(Http1State.UPGRADED)) {
            timer().expireAfter(upgradeIdleMillis);
        }
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
        } else if (!isClosing() && request.equals(currentRequest)) {
            enter(Http1State.IDLE);
        }
    }

    @Override
    public boolean isBodyInvalid() {
        return bodyInvalid;
    }

    @Override
    public boolean isClosing() {
        return machine.state().isClosing();
    }

    /** Whatever comes after a request that can't be trusted to end where it seems to is not read. */
    @Override
    public boolean isLastResponse(HttpServerRequest request, boolean refused) {
        return refused
                || request.version() == HttpVersion.HTTP_1_0
                || !request.isEnded()
                || isClosing()
                // A client that did not wait has sent bytes of the protocol, which are no request.
                || RequestReader.upgradeOffer(request).isPresent();
    }

    @Override
    public void closeAfterResponse(HttpServerRequest request) {
        request.response().headers().set("connection", "close");
        enterLastResponse();
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

    /** At once: an orderly close would wait until the client has read what is still to be written. */
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
        if (machine.is(Http1State.UPGRADED)) {
            onIdle.run();
        } else {
            abort();
        }
    }

    @Override
    boolean mustLinger() {
        return isClosing() && !((DuplexChannel) context().channel()).isInputShutdown();
    }

    @Override
    boolean isDiscarding() {
        return machine.state().isDiscarding();
    }

    @Override
    void linger() {
        context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        enter(Http1State.LINGERING);
    }

    private void reject(ChannelHandlerContext encoder) {
        enter(Http1State.REJECTED);
        Rejection.write(encoder);
    }

    /** Vert.x closes the connection at any failure. One of a body comes from the client, who may still have a response. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        HttpServerRequest request = currentRequest;
        if (cause instanceof IOException
                || machine.is(Http1State.UPGRADED)
                || request == null
                || request.response().ended()) {
            context.fireExceptionCaught(cause);
            return;
        }
        enterLastResponse();
        if (!bodyInvalid && !request.isEnded()) {
            bodyInvalid = true;
            onBodyInvalid.run();
        }
    }
}
