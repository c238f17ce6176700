package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Framing;
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
import java.util.regex.Pattern;

/**
 * HTTP/1.1 on one connection to a target, in the place of Vert.x's own codec. A byte that comes while no request waits
 * for its response belongs to nobody: it is thrown away, and the connection with it. Vert.x would keep such a byte and
 * read the response to the next request behind it. What the framing of a response leaves in doubt is refused (RFC 9112
 * section 6), and a connection whose next bytes can't be trusted serves no further request.
 *
 * <p>Used on the connection's event loop only.
 */
final class TargetCodec extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {

    private static final Pattern STATUS = Pattern.compile("[0-9]{3}");

    private final ConnectionUsage use;
    private HttpMethod method = HttpMethod.GET;
    private boolean hasContent;
    private boolean requestSent = true;
    private boolean awaitsResponse;

    private TargetCodec(ConnectionUsage use, int maxHeaderBytes) {
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

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
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
            requestSent = false;
            awaitsResponse = true;
        }
        if (message instanceof LastHttpContent) {
            written = promise.unvoid();
            written.addListener(done -> requestSent = done.isSuccess());
        }
        super.write(context, message, written);
    }

    private final class Decoder extends HttpResponseDecoder {

        private HttpVersion version = HttpVersion.HTTP_1_1;
        private boolean interim;
        private int versionEnd;

        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
            boolean wasAwaiting = awaitsResponse;
            if (awaitsResponse) {
                int previousSize = out.size();
                super.decode(context, bytes, out);
                for (int i = previousSize; i < out.size(); i++) {
                    track(out.get(i));
                }
            }
            // Now, not at the next call: between them Vert.x may give the connection to another request.
            if (!awaitsResponse && bytes.isReadable()) {
                refuse(context, bytes);
            }
            if (wasAwaiting && !awaitsResponse && !use.isUnusable()) {
                use.responseReceived();
            }
        }

        @Override
        protected void decodeLast(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
            use.markUnusable();
            super.decodeLast(context, bytes, out);
        }

        private void track(Object message) {
            if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
                use.markUnusable();
            }
            if (message instanceof LastHttpContent && !interim) {
                awaitsResponse = false;
            }
        }

        private void refuse(ChannelHandlerContext context, ByteBuf bytes) {
            bytes.skipBytes(bytes.readableBytes());
            use.markUnusable();
            // What is still being sent has its response already; whoever reads that closes the connection then.
            if (requestSent) {
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
            interim = InterimResponses.isInterim(response.status());
            if (!interim && isLast(response)) {
                use.markUnusable();
            }
            return (!interim && method.equals(HttpMethod.HEAD)) || super.isContentAlwaysEmpty(response);
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
            return !requestSent || hasContent || !HttpUtil.isKeepAlive(response) || isNoContentWithContent(response);
        }

        private static boolean isNoContentWithContent(HttpResponse response) {
            return response.status().equals(HttpResponseStatus.NO_CONTENT)
                    && (response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                            || HttpUtil.getContentLength(response, 0L) > 0);
        }
    }
}
