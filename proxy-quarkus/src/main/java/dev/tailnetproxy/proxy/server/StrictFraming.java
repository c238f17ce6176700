package dev.tailnetproxy.proxy.server;

import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * A request with both Content-Length and Transfer-Encoding is refused. Netty takes the length away and goes on, so that
 * nothing behind it can tell; whoever stands in front of the proxy may have believed the length, and the rest of the
 * body would be a request that it never saw (RFC 9112 section 11.2).
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

        Decoder(HttpServerOptions options, CallerConnection caller) {
            super(options);
            this.caller = caller;
        }

        @Override
        protected HttpMessage createMessage(String[] initialLine) {
            caller.arrives();
            return super.createMessage(initialLine);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("content-length stands beside transfer-encoding");
        }
    }
}
