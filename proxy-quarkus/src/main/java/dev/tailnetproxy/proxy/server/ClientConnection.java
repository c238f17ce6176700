package dev.tailnetproxy.proxy.server;

import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * A client's connection, whatever version of HTTP it speaks. Used on the connection's event loop, {@link #abort()} and
 * {@link #makeRoom} excepted.
 */
sealed interface ClientConnection permits StagedConnection {

    /** The pipeline forgets its handlers when the connection is closed. */
    AttributeKey<ClientConnection> OF_CHANNEL = AttributeKey.valueOf(ClientConnection.class.getName());

    /**
     * Takes charge of a new connection to a port that speaks both versions.
     *
     * @param limiter the connections of the same port
     * @param sections their header sections
     */
    static void install(
            HttpConnection connection,
            HttpServerOptions options,
            ConnectionLimits limits,
            ConnectionLimiter limiter,
            HeaderSections sections) {
        Http2ClientConnection.removePrefaceTimeout(((ConnectionBase) connection).channel());
        if (connection instanceof io.vertx.core.http.impl.Http2ServerConnection) {
            Http2ClientConnection.install(connection, limits, limiter);
        } else {
            StrictFraming.install(
                    connection, options, Http1ClientConnection.install(connection, limits, limiter, sections));
        }
    }

    static ClientConnection of(HttpServerRequest request) {
        return ((ConnectionBase) request.connection())
                .channel()
                .attr(OF_CHANNEL)
                .get();
    }

    /** Whether requests on a connection of this request come in streams of their own. */
    static boolean hasStreams(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2;
    }

    /**
     * A request is being served.
     *
     * @param bodyInvalidHandler runs when the rest of its body turns out to be no HTTP; it still gets a response then
     */
    void requestStarted(HttpServerRequest request, Runnable bodyInvalidHandler);

    /** What has to be read of the request before it is forwarded is here. */
    void requestRead(HttpServerRequest request);

    /** Whether the request's response has to be the last one, apart from what the server wants. */
    boolean isLastResponse(HttpServerRequest request, boolean rejected);

    /** The response to the request, which is not written yet, is the last one. */
    void closeAfterResponse(HttpServerRequest request);

    /** All of the response has been written. */
    void responseWritten(HttpServerRequest request, boolean last);

    /** The response to the request has been written, or could not be. */
    void responseCompleted(HttpServerRequest request, boolean succeeded);

    /** Whether the body of the request that is being served is no HTTP. */
    boolean isBodyInvalid();

    /** Whether no further request on it is served. */
    boolean isClosing();

    /** Whether the client still waits for the response, as far as it is known. */
    boolean isOpen(HttpServerRequest request);

    /** Ends the request at once, whatever is still to be written or read. */
    void abort(HttpServerRequest request);

    /** Closes at once, whatever is still to be written or read. */
    void abort();

    /** Ends soon for the sake of another one, though no request on it asks for that. Used on any thread. */
    void makeRoom();
}
