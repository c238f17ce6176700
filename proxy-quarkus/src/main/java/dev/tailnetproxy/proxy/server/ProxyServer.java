package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestBodies;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.time.Deadline;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** The proxy on an HTTP port. */
public final class ProxyServer {

    private static final Logger LOG = Logger.getLogger(ProxyServer.class);

    /** Above what the proxy itself refuses with a name, so that it gets to say so. */
    private static final int MAX_HEADER_BYTES = 128 * 1024;

    private static final int MAX_INITIAL_LINE_BYTES = 64 * 1024;

    /** One that is served and those that wait; browsers and libraries that pipeline at all send a few. */
    private static final int MAX_PENDING_RESPONSES = 33;

    /** For clients that read slowly. */
    private static final Duration WRITING_TIME = Duration.ofSeconds(5);

    /** Responses in memory, for callers that know neither chunks nor lasting connections. */
    private static final long MAX_BUFFERED_BYTES = 8L * 1024 * 1024;

    /** How long those who send requests may take to notice that it is stopping. */
    private static final long READINESS_DELAY_MS = 2000;

    private final ServerSettings settings;
    private final ProxyService proxy;
    private final Vertx vertx;
    private final Clock clock;
    private final InFlightRequests inFlight = new InFlightRequests();
    private final AtomicInteger port = new AtomicInteger();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AccessControl access;
    private final ConnectionLimits limits;
    private final ConnectionLimiter limiter;
    private final HeaderSections sections;
    private final AcceptFailures acceptFailures;
    private final Upgrades upgrades;
    private volatile boolean draining;

    public ProxyServer(ServerSettings settings, ProxyService proxy, Vertx vertx, Clock clock) {
        this.settings = settings;
        this.proxy = proxy;
        this.vertx = vertx;
        this.clock = clock;
        this.access = new AccessControl(settings.access());
        this.limits = new ConnectionLimits(
                settings.idleTimeout(), settings.requestTimeout(), WRITING_TIME, MAX_PENDING_RESPONSES);
        this.limiter = new ConnectionLimiter(settings.maxConnections(), false);
        this.sections = new HeaderSections(proxy.bytesInMemory());
        this.upgrades = new Upgrades(settings.upgradeIdleTimeout());
        this.acceptFailures = new AcceptFailures("the port for requests", clock);
    }

    /** Starts to listen, on every event loop; done when it does. */
    public Future<Void> start() {
        int instances = settings.port().isEmpty() ? 1 : Runtime.getRuntime().availableProcessors();
        return vertx.deployVerticle(Listener::new, new DeploymentOptions().setInstances(instances))
                .onSuccess(started -> LOG.infof("serves requests on %s:%d", settings.host(), port.get()))
                .mapEmpty();
    }

    /** The port it listens on. */
    public int port() {
        return port.get();
    }

    /** How many connections for requests are open. */
    public int connections() {
        return limiter.count();
    }

    /** How many of them speak another protocol than HTTP. */
    public int upgradedConnections() {
        return upgrades.count();
    }

    /** Whether it is stopping and should get no new requests. */
    public boolean draining() {
        return draining;
    }

    /**
     * Lets the requests under way end, for a while; done when they have or the time is over. New ones are served, too:
     * whoever sends them needs a moment to see the readiness turn. What speaks another protocol has no end of its own to wait
     * for, and ends after that moment.
     */
    public Future<Void> drain() {
        draining = true;
        long timeoutMillis = Math.max(1, settings.drainTimeout().toMillis());
        Promise<Void> drained = Promise.promise();
        long timer = vertx.setTimer(timeoutMillis, id -> {
            int remaining = inFlight.count();
            if (remaining > 0) {
                LOG.warnf(
                        "%d requests are still in flight after %d ms, and end with the process",
                        remaining, timeoutMillis);
            }
            drained.tryComplete();
        });
        vertx.setTimer(Math.min(READINESS_DELAY_MS, timeoutMillis), id -> {
            upgrades.endAll();
            inFlight.whenIdle().onComplete(none -> drained.tryComplete());
        });
        return drained.future().onComplete(ended -> vertx.cancelTimer(timer));
    }

    /** One listening server for each event loop; they share the port. */
    private final class Listener extends AbstractVerticle {

        @Override
        public void start(Promise<Void> started) {
            HttpServerOptions options = options();
            HttpServer server = vertx.createHttpServer(options);
            server.connectionHandler(connection -> {
                acceptFailures.watchPortOf(connection);
                ClientConnection.install(connection, options, limits, limiter, sections);
            });
            server.requestHandler(ProxyServer.this::serve);
            server.invalidRequestHandler(ProxyServer.this::rejectMalformed);
            server.listen().onSuccess(this::listening).<Void>mapEmpty().onComplete(started);
        }

        /** They share what they listen with, so that one of them is enough to change it. */
        private void listening(HttpServer server) {
            port.set(server.actualPort());
            if (watching.compareAndSet(false, true)) {
                access.watch(vertx);
            }
        }
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port().map(Port::number).orElse(0))
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setHandle100ContinueAutomatically(true)
                .setTcpKeepAlive(true)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_INITIAL_LINE_BYTES);
        access.configure(options);
        if (options.isSsl()) {
            Http2ClientConnection.configure(options, MAX_HEADER_BYTES);
        }
        return options;
    }

    private void serve(HttpServerRequest request) {
        ClientConnection connection = ClientConnection.of(request);
        if (connection.isClosing()) {
            return;
        }
        Context context = vertx.getOrCreateContext();
        Promise<Void> clientGone = Promise.promise();
        request.response().closeHandler(closed -> {
            // A stream closes behind each response.
            if (!ClientConnection.hasStreams(request) || !request.response().ended()) {
                clientGone.tryComplete();
            }
        });
        connection.requestStarted(request, clientGone::tryComplete);
        if (!connection.isOpen(request)) {
            // It waited behind another request, and nobody is told of an end that has been before.
            clientGone.tryComplete();
        }
        inFlight.started();
        Reservation memory = proxy.reservation();
        respond(request, memory, clientGone.future())
                .onComplete(response -> context.runOnContext(
                        go -> respond(request, clientGone, response).onComplete(written -> {
                            memory.close();
                            connection.responseCompleted(request, written.succeeded());
                            inFlight.ended();
                        })));
    }

    private Future<ProxyResponse> respond(HttpServerRequest request, Reservation memory, Future<Void> clientGone) {
        ProxyRequest read;
        try {
            access.authenticate(request);
            if (ClientConnection.hasStreams(request)) {
                HeaderSections.count(request.headers(), memory);
            }
            read = RequestReader.read(request, Deadline.in(settings.requestTimeout(), clock), memory);
            if (draining && read.upgrade().isPresent()) {
                throw new ProxyFailure(ErrorName.OVERLOADED, "the proxy stops, and switches to no other protocol");
            }
        } catch (ProxyFailure e) {
            return Future.failedFuture(e);
        }
        ClientConnection connection = ClientConnection.of(request);
        if (RequestBodies.isReadFirst(read.body())) {
            request.end().onSuccess(ended -> connection.requestRead(request));
        } else {
            connection.requestRead(request);
        }
        return request.version() == HttpVersion.HTTP_1_0
                ? proxy.handleBuffered(read, headers -> MAX_BUFFERED_BYTES, memory, clientGone)
                : proxy.handle(read, memory, clientGone);
    }

    private Future<Void> respond(
            HttpServerRequest request, Promise<Void> clientGone, AsyncResult<ProxyResponse> result) {
        if (result.failed()) {
            return refuse(request, (ProxyFailure) result.cause());
        }
        ClientConnection connection = ClientConnection.of(request);
        ProxyResponse response = result.result();
        if (connection.isBodyInvalid()) {
            response.abandon();
            return refuse(request, new ProxyFailure(ErrorName.INVALID_HEADER, "the request's body is not valid HTTP"));
        }
        return response.tunnel()
                .map(tunnel -> upgrades.begin(request, response, tunnel))
                .orElseGet(() -> write(request, response, clientGone, false));
    }

    /** What is no HTTP at all; nothing more is read from the connection. */
    private void rejectMalformed(HttpServerRequest request) {
        if (ClientConnection.of(request).isClosing()) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof ProxyFailure failure) {
            refuse(request, failure);
            return;
        }
        ErrorName name =
                cause instanceof TooLongHttpLineException ? ErrorName.INVALID_TARGET : ErrorName.INVALID_HEADER;
        refuse(
                request,
                new ProxyFailure(name, "the request is not valid HTTP or its header section is too long", cause));
    }

    private Future<Void> refuse(HttpServerRequest request, ProxyFailure failure) {
        return write(
                request, proxy.rejectMalformed("-", RequestReader.caller(request), failure), Promise.promise(), true);
    }

    private Future<Void> write(
            HttpServerRequest request, ProxyResponse response, Promise<Void> clientGone, boolean refused) {
        ClientConnection connection = ClientConnection.of(request);
        boolean last = draining || connection.isLastResponse(request, refused);
        if (last) {
            connection.closeAfterResponse(request);
        }
        try {
            return ResponseWriter.write(response, request.response(), clientGone)
                    .onSuccess(whole -> connection.responseWritten(request, last));
        } catch (RuntimeException e) {
            LOG.error("BUG: a response that can't be written", e);
            response.body().abandon();
            connection.abort(request);
            return Future.failedFuture(e);
        }
    }
}
