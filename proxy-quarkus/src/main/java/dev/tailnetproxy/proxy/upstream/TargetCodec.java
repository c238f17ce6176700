package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Framing;
import dev.tailnetproxy.proxy.http.TunnelEnd;
import dev.tailnetproxy.proxy.http.UpgradeOffer;
import dev.tailnetproxy.proxy.state.StateMachine;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * HTTP/1.1 on one connection to a target, in the place of Vert.x's own codec. A byte that comes while no request waits
 * for its response belongs to nobody: it is thrown away, and the connection with it. Vert.x would keep such a byte and
 * read the response to the next request behind it. What the framing of a response leaves in doubt is refused (RFC 9112
 * section 6), and a connection whose next bytes can't be trusted serves no further request.
 *
 * <p>Used on the connection's event loop only.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>IDLE</td><td>SENDING</td><td>a request begins</td></tr>
 *   <tr><td>SENDING</td><td>AWAITING_RESPONSE</td><td>all of the request is in the network</td></tr>
 *   <tr><td>SENDING</td><td>EARLY_RESPONSE</td><td>the final response has ended</td></tr>
 *   <tr><td>AWAITING_RESPONSE</td><td>IDLE</td><td>the final response has ended</td></tr>
 *   <tr><td>AWAITING_RESPONSE</td><td>UPGRADED</td><td>the target switches to a protocol that the request offers</td></tr>
 *   <tr><td>EARLY_RESPONSE</td><td>IDLE</td><td>all of the request is in the network</td></tr>
 * </table>
 */
final class TargetCodec extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {

    private static final Pattern STATUS = Pattern.compile("[0-9]{3}");

    /** How far the exchange is. None lasts for a set time: the exchange has its deadline elsewhere. */
    enum State implements dev.tailnetproxy.proxy.state.State<State> {
        /** No request waits for its response, and a byte that comes belongs to nobody. The first state. */
        IDLE,
        /** A request is being sent; its response may come already. */
        SENDING,
        /** A request has been sent. */
        AWAITING_RESPONSE,
        /** A request is being sent that has had its response. */
        EARLY_RESPONSE,
        /** What comes and goes is no HTTP, and nobody's here. The last state. */
        UPGRADED;

        @Override
        public boolean mayBecome(State next) {
            return switch (this) {
                case IDLE -> next == SENDING;
                case SENDING -> next == AWAITING_RESPONSE || next == EARLY_RESPONSE;
                case AWAITING_RESPONSE -> next == IDLE || next == UPGRADED;
                case EARLY_RESPONSE -> next == IDLE;
                case UPGRADED -> false;
            };
        }

        private boolean awaitsResponse() {
            return this == SENDING || this == AWAITING_RESPONSE;
        }
    }

    private final StateMachine<State> machine = new StateMachine<>(State.IDLE);
    private final ConnectionUsage use;
    private HttpMethod method = HttpMethod.GET;
    private boolean hasContent;
    private Optional<UpgradeOffer> offer = Optional.empty();

    TargetCodec(ConnectionUsage use, int maxHeaderBytes) {
        this.use = use;
        init(new Decoder(new HttpDecoderConfig().setMaxHeaderSize(maxHeaderBytes)), new HttpRequestEncoder());
    }

    /** Takes charge of a new connection, before a request is sent on it. HTTP/2 needs none of it: a frame has a stream. */
    static void install(HttpConnection connection, ConnectionUsage use, int maxHeaderBytes) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        ChannelHandlerContext replaced = pipeline.context(HttpClientCodec.class);
        if (replaced != null) {
            pipeline.replace(replaced.name(), replaced.name(), new TargetCodec(use, maxHeaderBytes));
        }
    }

    State state() {
        return machine.state();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (machine.is(State.UPGRADED)) {
            var unused = context.write(message, promise);
            return;
        }
        ChannelPromise written = promise;
        if (message instanceof HttpRequest request) {
            if (use.isUnusable()) {
                ReferenceCountUtil.release(message);
                promise.tryFailure(new ClosedChannelException());
                var unused = context.close();
                return;
            }
            method = request.method();
            hasContent = HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
            offer = UpgradeOffer.of(request.headers()::getAll);
            machine.enter(State.SENDING);
        }
        if (message instanceof LastHttpContent) {
            written = promise.unvoid();
            written.addListener(done -> {
                if (done.isSuccess()) {
                    machine.enter(machine.is(State.EARLY_RESPONSE) ? State.IDLE : State.AWAITING_RESPONSE);
                }
            });
        }
        super.write(context, message, written);
    }

    private final class Decoder extends HttpResponseDecoder {

        private HttpVersion version = HttpVersion.HTTP_1_1;
        private boolean interim;
        private boolean switching;
        private int versionEnd;

        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
            if (machine.is(State.UPGRADED)) {
                out.add(bytes.readRetainedSlice(bytes.readableBytes()));
                return;
            }
            boolean wasAwaiting = machine.state().awaitsResponse();
            if (wasAwaiting) {
                int previousSize = out.size();
                super.decode(context, bytes, out);
                for (int i = previousSize; i < out.size(); i++) {
                    track(out.get(i));
                }
            }
            if (machine.is(State.UPGRADED)) {
                switchProtocols(context, out);
                return;
            }
            // Now, not at the next call: between them Vert.x may give the connection to another request.
            if (!machine.state().awaitsResponse() && bytes.isReadable()) {
                refuse(context, bytes);
            }
            if (wasAwaiting && !machine.state().awaitsResponse() && !use.isUnusable()) {
                use.responseReceived();
            }
        }

        @Override
        protected void decodeLast(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
            use.markUnusable();
            super.decodeLast(context, bytes, out);
        }

        /** Without the end of the response Vert.x keeps the connection for it. */
        private void switchProtocols(ChannelHandlerContext context, List<Object> out) {
            out.remove(out.size() - 1);
            TunnelEnd.addBehind(context);
            // What comes behind it, and the end of the connection, wait for the client.
            context.channel().config().setAutoRead(false);
        }

        private void track(Object message) {
            if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
                use.markUnusable();
            }
            if (message instanceof LastHttpContent && switching) {
                machine.enter(State.UPGRADED);
            } else if (message instanceof LastHttpContent && !interim) {
                machine.enter(machine.is(State.SENDING) ? State.EARLY_RESPONSE : State.IDLE);
            }
        }

        private void refuse(ChannelHandlerContext context, ByteBuf bytes) {
            bytes.skipBytes(bytes.readableBytes());
            use.markUnusable();
            // What is still being sent has its response already; whoever reads that closes the connection then.
            if (machine.is(State.IDLE)) {
                var unused = context.close();
            }
        }

        @Override
        protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
            if (start != 0) {
                throw new IllegalArgumentException("a space stands before the status line");
            }
            versionEnd = length;
            return super.splitFirstWordInitialLine(line, start, length);
        }

        @Override
        protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
            if (start != versionEnd + 1 || line[versionEnd] != HttpConstants.SP) {
                throw new IllegalArgumentException("the status line is not parted by single spaces");
            }
            return super.splitSecondWordInitialLine(line, start, length);
        }

        /** As one of HTTP/1.1 whatever it says, as Netty takes the first of two lengths of HTTP/1.0. */
        @Override
        protected HttpMessage createMessage(String[] line) {
            if (!STATUS.matcher(line[1]).matches()) {
                throw new IllegalArgumentException("a status has three digits");
            }
            interim = false;
            HttpMessage message = super.createMessage(line);
            version = message.protocolVersion();
            return message.setProtocolVersion(HttpVersion.HTTP_1_1);
        }

        /** Netty asks when it has the whole header section, and before it looks for the body. */
        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            HttpResponse response = (HttpResponse) message.setProtocolVersion(version);
            checkFraming(response);
            switching = isSwitching(response);
            interim = InterimResponses.isInterim(response.status());
            if (!interim && isLast(response)) {
                use.markUnusable();
            }
            return switching || (!interim && method.equals(HttpMethod.HEAD)) || super.isContentAlwaysEmpty(response);
        }

        /** Only what all of the request is there for, and offers (RFC 9110 section 7.8). */
        private boolean isSwitching(HttpResponse response) {
            return response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
                    && version.equals(HttpVersion.HTTP_1_1)
                    && machine.is(State.AWAITING_RESPONSE)
                    && offer.filter(offered -> offered.isAccepted(response.headers()::getAll))
                            .isPresent();
        }

        private void checkFraming(HttpResponse response) {
            try {
                Framing.of(
                        response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING),
                        response.headers().getAll(HttpHeaderNames.CONTENT_LENGTH),
                        version.equals(HttpVersion.HTTP_1_1));
            } catch (IllegalArgumentException e) {
                throw new ProxyFailure(
                        ErrorName.INVALID_RESPONSE,
                        "the end of the target's response is ambiguous: " + e.getMessage(),
                        e);
            }
        }

        /**
         * Whether bytes may come behind it, or the end of the connection. Nothing tells whether the target has read the
         * request's content; what it has not read it may take for its next request, and the response to that one for
         * somebody else would be next.
         */
        private boolean isLast(HttpResponse response) {
            return machine.is(State.SENDING)
                    || hasContent
                    || offer.isPresent()
                    || !HttpUtil.isKeepAlive(response)
                    || isNoContentWithContent(response);
        }

        private static boolean isNoContentWithContent(HttpResponse response) {
            return response.status().equals(HttpResponseStatus.NO_CONTENT)
                    && (response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                            || HttpUtil.getContentLength(response, 0L) > 0);
        }
    }
}
