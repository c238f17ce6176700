package dev.tailnetproxy.localstack.gateway;

import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The HTTP server of a gateway on this machine: reads whole requests and writes whole responses. */
public final class GatewayServer implements AutoCloseable {

    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Clock clock;
    private final GatewayResponse failure;
    private final Handler handler;

    private GatewayServer(String host, Clock clock, GatewayResponse failure, Handler handler) {
        this.clock = clock;
        this.failure = failure;
        this.handler = handler;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(host)
                // An upgrade to HTTP/2 in clear text would put an authority in the place of the Host field.
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_HEADER_BYTES));
    }

    /** What responds. It may block. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Responds to one request.
         *
         * @throws IOException when the function can't be reached
         * @throws InterruptedException when the waiting thread is interrupted
         */
        GatewayResponse handle(GatewayRequest request) throws IOException, InterruptedException;
    }

    /**
     * Opens it.
     *
     * @param host the address of this machine to listen on
     * @param port the port; 0 takes a free one
     * @param clock the time that responses carry
     * @param failure the response when the handler fails
     * @param handler responds
     * @return the open server
     * @throws IllegalStateException when the port can't be bound
     */
    public static GatewayServer open(String host, int port, Clock clock, GatewayResponse failure, Handler handler) {
        GatewayServer gateway = new GatewayServer(host, clock, failure, handler);
        try {
            gateway.server
                    .requestHandler(gateway::handle)
                    .listen(port)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (RuntimeException refused) {
            gateway.close();
            throw new IllegalStateException("can't listen on port " + port + "; choose another one", refused);
        }
        return gateway;
    }

    /** Its port. */
    public int port() {
        return server.actualPort();
    }

    /** Where it listens, if that is loopback. */
    public URI address() {
        return URI.create("http://localhost:" + port());
    }

    private void handle(HttpServerRequest request) {
        request.body()
                .onSuccess(body -> vertx.executeBlocking(() -> handler.handle(received(request, body)), false)
                        .onSuccess(response -> write(request.response(), response))
                        .onFailure(cause -> write(request.response(), failure)))
                .onFailure(cause -> request.connection().close());
    }

    private static GatewayRequest received(HttpServerRequest request, Buffer body) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        return new GatewayRequest(
                request.method().name(),
                question < 0 ? uri : uri.substring(0, question),
                question < 0 ? "" : uri.substring(question + 1),
                request.headers().entries().stream()
                        .map(field -> Map.entry(field.getKey(), field.getValue()))
                        .toList(),
                body,
                peer(request));
    }

    /** The peer's address in the usual notation, which for IPv6 the JDK does not write (RFC 5952). */
    private static String peer(HttpServerRequest request) {
        InetSocketAddress resolved = new InetSocketAddress(
                request.remoteAddress().hostAddress(), request.remoteAddress().port());
        return NetUtil.toAddressString(resolved.getAddress());
    }

    private void write(HttpServerResponse out, GatewayResponse response) {
        out.setStatusCode(response.status());
        out.headers().add("date", HTTP_DATE.format(clock.instant()));
        response.fields().forEach(field -> out.headers().add(field.getKey(), field.getValue()));
        if (response.body().length() > 0) {
            out.end(response.body());
        } else {
            out.end();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
