package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.state.StateMachine;
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
 * How long a client's connection of HTTP/1 lasts, and how it ends.
 *
 * <p>It stands next to the network in the pipeline of one connection and is used on the connection's event loop, {@link
 * #abort} excepted. Whether the connection is still open is the channel's to say: every state may end with it.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>IDLE</td><td>READING</td><td>a request starts</td></tr>
 *   <tr><td>IDLE</td><td>LAST_RESPONSE</td><td>what comes is no HTTP, and is refused</td></tr>
 *   <tr><td>IDLE</td><td>REJECTED</td><td>there is no room for the new connection</td></tr>
 *   <tr><td>READING</td><td>RESPONDING</td><td>what is read before forwarding is here</td></tr>
 *   <tr><td>READING</td><td>READING</td><td>the next request starts before the end of this one is told</td></tr>
 *   <tr><td>READING</td><td>LAST_RESPONSE</td><td>the request is refused, or its body is no HTTP</td></tr>
 *   <tr><td>RESPONDING</td><td>IDLE</td><td>the response is written to the network</td></tr>
 *   <tr><td>RESPONDING</td><td>READING</td><td>the next request starts while the client still reads the response</td></tr>
 *   <tr><td>RESPONDING</td><td>LAST_RESPONSE</td><td>HTTP/1.0, the proxy stops, or the rest of the body is no HTTP or
 *       still missing</td></tr>
 *   <tr><td>LAST_RESPONSE</td><td>LINGERING</td><td>the response is written, or has broken off</td></tr>
 * </table>
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

    /** What the connection does. Each state says how long it may last. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        /** No request, at most for the idle timeout. The first state. */
        IDLE,
        /** A request arrives, at most for the request timeout. */
        READING,
        /** A response is made and written, at most for the request timeout and the writing time. */
        RESPONDING,
        /** The response is the last one, in the time of the state before. A further request is not served. */
        LAST_RESPONSE,
        /** Everything is written; what still comes is thrown away, at most for {@link #MAX_LINGER_MS}. */
        LINGERING,
        /** 503, and what comes is thrown away, at most for {@link #REJECTION_LINGER_MS}. */
        REJECTED;

        @Override
        public boolean mayBecome(State next) {
            return switch (this) {
                case IDLE -> next == READING || next == LAST_RESPONSE || next == REJECTED;
                case READING -> next == READING || next == RESPONDING || next == LAST_RESPONSE;
                case RESPONDING -> next == IDLE || next == READING || next == LAST_RESPONSE;
                case LAST_RESPONSE -> next == LINGERING;
                case LINGERING, REJECTED -> false;
            };
        }

        /** Whether a further request would stand behind the last response, or behind what is no HTTP. */
        private boolean isClosing() {
            return this == LAST_RESPONSE || isDiscarding();
        }

        private boolean isDiscarding() {
            return this == LINGERING || this == REJECTED;
        }
    }

    private final StateMachine<State> machine = new StateMachine<>(State.IDLE);
    private final int maxPendingResponses;
    private final HeaderSections.ConnectionSections sections;
    private long requestStartNanos;
    private @Nullable HttpServerRequest currentRequest;
    private Runnable onBodyInvalid = () -> {};
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

    State state() {
        return machine.state();
    }

    private void enter(State next) {
        machine.enter(next);
        switch (next) {
            case IDLE -> timer().expireAfter(idleMillis());
            case READING -> timer().expireAt(readUntil(requestStartNanos));
            case RESPONDING -> timer().expireAt(writtenUntil(requestStartNanos));
            case LAST_RESPONSE -> {}
            case LINGERING -> timer().expireAfter(MAX_LINGER_MS);
            case REJECTED -> timer().expireAfter(REJECTION_LINGER_MS);
        }
    }

    private void enterLastResponse() {
        if (!isClosing()) {
            enter(State.LAST_RESPONSE);
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
        enter(State.READING);
    }

    @Override
    public void requestRead(HttpServerRequest request) {
        if (machine.is(State.LAST_RESPONSE)) {
            // Its last response has the same time as another one.
            timer().expireAt(writtenUntil(requestStartNanos));
        } else if (!isClosing()) {
            enter(State.RESPONDING);
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
            enter(State.IDLE);
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
        return refused || request.version() == HttpVersion.HTTP_1_0 || !request.isEnded() || isClosing();
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
        abort();
    }

    @Override
    boolean mustLinger() {
        return isClosing();
    }

    @Override
    boolean isDiscarding() {
        return machine.state().isDiscarding();
    }

    @Override
    void linger() {
        enter(State.LINGERING);
    }

    private void reject(ChannelHandlerContext encoder) {
        enter(State.REJECTED);
        var unused = encoder.writeAndFlush(
                        Unpooled.copiedBuffer(SERVICE_UNAVAILABLE_RESPONSE, StandardCharsets.US_ASCII))
                .addListener(written -> endOutput(encoder.channel()));
    }

    /** Vert.x closes the connection at any failure. One of a body comes from the client, who may still have a response. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        HttpServerRequest request = currentRequest;
        if (cause instanceof IOException
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
