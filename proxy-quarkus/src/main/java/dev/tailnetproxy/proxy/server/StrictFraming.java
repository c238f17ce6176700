package dev.tailnetproxy.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;

/**
 * The reading of requests on the HTTP port, where it has to be stricter than Netty's. A request with both Content-Length and Transfer-Encoding is refused. Netty takes the length away and goes on, so that
 * nothing behind it can tell; whoever stands in front of the proxy may have believed the length, and the rest of the
 * body would be a request that it never saw (RFC 9112 section 11.2). A connection of HTTP/1.0 is not kept.
 */
final class StrictFraming {

    /** The name that Vert.x gives to the handler which is replaced. */
    private static final String DECODER = "httpDecoder";

    private StrictFraming() {}

    /** Makes a new connection strict, before anything is read from it. */
    static void install(HttpConnection connection, HttpServerOptions options, CallerConnection caller) {
        ((ConnectionBase) connection).channel().pipeline().replace(DECODER, DECODER, new Decoder(options, caller));
    }

    private static final class Decoder extends VertxHttpRequestDecoder {

        private final CallerConnection caller;
        private HttpVersion version = HttpVersion.HTTP_1_1;

        Decoder(HttpServerOptions options, CallerConnection caller) {
            super(options);
            this.caller = caller;
        }

        /** As one of HTTP/1.1 until its header section is read, because Netty takes the first of two lengths of HTTP/1.0. */
        @Override
        protected HttpMessage createMessage(String[] initialLine) {
            caller.arrives();
            HttpMessage message = super.createMessage(initialLine);
            version = message.protocolVersion();
            if (!version.equals(HttpVersion.HTTP_1_0) && !version.equals(HttpVersion.HTTP_1_1)) {
                throw new IllegalArgumentException("the request is neither of HTTP/1.0 nor of HTTP/1.1");
            }
            return message.setProtocolVersion(HttpVersion.HTTP_1_1);
        }

        /** Netty asks when it has the whole header section, and before it looks for the body. */
        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return super.isContentAlwaysEmpty(message.setProtocolVersion(version));
        }

        /** Those that could not be read as well: their 400 ends the connection too. */
        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
            int known = out.size();
            super.decode(context, bytes, out);
            for (Object part : out.subList(known, out.size())) {
                if (part instanceof HttpMessage message) {
                    endBehind(message);
                }
            }
        }

        private void endBehind(HttpMessage message) {
            if (message.decoderResult().isFailure()) {
                message.setProtocolVersion(HttpVersion.HTTP_1_0);
            }
            if (message.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
                withoutKeepAlive(message.headers());
            }
        }

        /**
         * A proxy does not keep the connection of a client of HTTP/1.0 (RFC 9112 section 9.3). Vert.x would say that it
         * does to a client that asks for it.
         */
        private static void withoutKeepAlive(HttpHeaders headers) {
            List<String> options = new ArrayList<>();
            for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
                for (String option : value.split(",", -1)) {
                    if (!HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(option.strip())) {
                        options.add(option.strip());
                    }
                }
            }
            headers.set(HttpHeaderNames.CONNECTION, options);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("content-length stands beside transfer-encoding");
        }
    }
}
