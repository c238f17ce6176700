package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection with a request on it, to a server of nobody: the events of the connection are the test's. */
final class ClientConnectionFixture<C extends StagedConnection> implements AutoCloseable {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Takes charge of a connection. */
    @FunctionalInterface
    interface Installer<C> {
        C install(HttpConnection connection, ConnectionLimits limits, ConnectionLimiter limiter);
    }

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<C> connections = new LinkedBlockingQueue<>();
    private final BlockingQueue<HttpServerRequest> requests = new LinkedBlockingQueue<>();
    private final HttpVersion version;
    private final int port;
    private volatile ConnectionLimiter limiter = new ConnectionLimiter(16, false);
    private C connection;
    private HttpServerRequest request;

    ClientConnectionFixture(HttpVersion version, Installer<C> installer) throws InterruptedException {
        this.version = version;
        ConnectionLimits limits = new ConnectionLimits(MINUTE, MINUTE, MINUTE, 4);
        port = TestServer.await(vertx.createHttpServer()
                        .connectionHandler(opened -> connections.add(installer.install(opened, limits, limiter)))
                        .requestHandler(requests::add)
                        .listen(0, "127.0.0.1"))
                .actualPort();
        connect();
        request = requests.poll(30, TimeUnit.SECONDS);
    }

    static Http1ClientConnection installHttp1(
            HttpConnection connection, ConnectionLimits limits, ConnectionLimiter limiter) {
        HeaderSections sections = new HeaderSections(
                Limits.of(new LimitSettings(1, 1024 * 1024, 1, 1)).bufferedBytes());
        return Http1ClientConnection.install(connection, limits, limiter, sections);
    }

    private void connect() throws InterruptedException {
        HttpClientOptions options =
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false);
        var unused = vertx.createHttpClient(options)
                .request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(HttpClientRequest::send);
        connection = connections.poll(30, TimeUnit.SECONDS);
    }

    /** From now on the connection is another one, for which there is no room beside this one. */
    void connectWithoutRoom() throws Exception {
        ConnectionLimiter full = new ConnectionLimiter(1, false);
        full.tryAdmit(connection, "");
        full.markBusy(connection);
        limiter = full;
        connect();
    }

    C connection() {
        return connection;
    }

    HttpServerRequest request() {
        return request;
    }

    /** An event on the connection's event loop. */
    void onLoop(StateWalk.Event<C> event) throws Exception {
        connection
                .context()
                .executor()
                .submit(() -> {
                    event.happensTo(connection);
                    return null;
                })
                .get();
    }

    void close(C closed) {
        closed.close(closed.context(), closed.context().newPromise());
    }

    @Override
    public void close() {
        TestServer.await(vertx.close());
    }
}
