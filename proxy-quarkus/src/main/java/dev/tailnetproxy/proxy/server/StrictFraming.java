package dev.tailnetproxy.proxy.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;

/** The reading of requests on the HTTP port, where it has to be stricter than Netty's. */
final class StrictFraming {

    /** The name that Vert.x gives to the handler which is replaced. */
    private static final String DECODER = "httpDecoder";

    private StrictFraming() {}

    /** Makes a new connection strict, before anything is read from it. */
    static void install(HttpConnection connection, HttpServerOptions options, Http1ClientConnection clientConnection) {
        ((ConnectionBase) connection)
                .channel()
                .pipeline()
                .replace(DECODER, DECODER, new StrictDecoder(options, clientConnection));
    }
}
