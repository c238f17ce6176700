package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Drops interim responses before Vert.x sees them: it passes over 100 and 103 only and takes every other one for the
 * response, although a client has to wait for the final one (RFC 9110 section 15.2). 101 is no such response: after it
 * the connection speaks another protocol, and HTTP/2 has none (RFC 9113 section 8.6).
 */
final class InterimResponses {

    private static final Pattern STATUS = Pattern.compile("[1-9][0-9]{2}");

    private InterimResponses() {}

    /** Keeps them from what reads a new connection, before a request is sent on it. */
    static void dropFrom(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        ChannelHandlerContext http1 = channel.pipeline().context(HttpClientCodec.class);
        if (http1 != null) {
            channel.pipeline().addAfter(http1.name(), Http1Filter.class.getName(), new Http1Filter());
            return;
        }
        Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        if (http2 != null) {
            onEventLoop(channel, () -> http2.decoder()
                    .frameListener(new Http2Filter(http2.decoder().frameListener(), http2.connection())));
        }
    }

    private static void onEventLoop(Channel channel, Runnable change) {
        if (channel.eventLoop().inEventLoop()) {
            change.run();
        } else {
            channel.eventLoop().execute(change);
        }
    }

    /** Whether a final response comes behind one with this status. */
    static boolean isInterim(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.INFORMATIONAL
                && !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }

    private static final class Http1Filter extends ChannelInboundHandlerAdapter {

        private boolean dropping;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpResponse response) {
                dropping =
                        isInterim(response.status()) && response.decoderResult().isSuccess();
            }
            if (!dropping) {
                context.fireChannelRead(message);
                return;
            }
            if (message instanceof LastHttpContent) {
                dropping = false;
            }
            ReferenceCountUtil.release(message);
        }
    }

    private static final class Http2Filter extends Http2FrameListenerDecorator {

        private final Http2Connection connection;

        Http2Filter(Http2FrameListener listener, Http2Connection connection) {
            super(listener);
            this.connection = connection;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            boolean trailers = connection.stream(streamId).isTrailersReceived();
            if (trailers || !isInterim(status(streamId, headers.status()))) {
                super.onHeadersRead(
                        context, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
            } else if (endOfStream) {
                throw invalid(streamId, "an interim response ends the stream");
            }
        }

        /** Vert.x would let an exchange without a status wait for its deadline. */
        private static HttpResponseStatus status(int streamId, @Nullable CharSequence text) throws Http2Exception {
            if (text == null || !STATUS.matcher(text).matches()) {
                throw invalid(streamId, "a response has no valid status");
            }
            return HttpResponseStatus.parseLine(text);
        }

        private static Http2Exception invalid(int streamId, String reason) {
            return Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, reason);
        }
    }
}
