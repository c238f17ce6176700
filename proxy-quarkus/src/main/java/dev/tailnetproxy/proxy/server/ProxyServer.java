package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The proxy on an HTTP port, and on a port for each service. The ports have their limits and their drain in common: it is one
 * server to whoever stops it or counts its connections.
 */
public final class ProxyServer {

    private static final Logger LOG = Logger.getLogger(ProxyServer.class);

    /** Above what the proxy itself refuses with a name, so that it gets to say so. */
    private static final int MAX_HEADER_BYTES = 128 * 1024;

    private static final int MAX_INITIAL_LINE_BYTES = 64 * 1024;

    /** One that is served and those that wait; browsers and libraries that pipeline at all send a few. */
    private static final int MAX_PENDING_RESPONSES = 33;

    /** For clients that read slowly. */
    private static final Duration WRITING_TIME = Duration.ofSeconds(5);

    /** How long those who send requests may take to notice that it is stopping. */
    private static final long READINESS_DELAY_MS = 2000;

    private final ServerSettings settings;
    private final Vertx vertx;
    private final InFlightRequests inFlight = new InFlightRequests();
    private final ConnectionLimits limits;
    private final ConnectionLimiter limiter;
    private final HeaderSections sections;
    private final Upgrades upgrades;
    private final ListenedPort main;
    private final List<ListenedPort> services;
    private volatile boolean draining;

    /** @param services the ports beside the main one */
    public ProxyServer(
            ServerSettings settings, ProxyService proxy, List<ServicePort> services, Vertx vertx, Clock clock) {
        this.settings = settings;
        this.vertx = vertx;
        this.limits = new ConnectionLimits(
                settings.idleTimeout(), settings.requestTimeout(), WRITING_TIME, MAX_PENDING_RESPONSES);
        this.limiter = new ConnectionLimiter(settings.maxConnections(), false);
        this.sections = new HeaderSections(proxy.bytesInMemory());
        this.upgrades = new Upgrades(settings.upgradeIdleTimeout());
        RequestServing.Shared shared =
                new RequestServing.Shared(settings.requestTimeout(), inFlight, upgrades, this::draining, vertx, clock);
        this.main = new ListenedPort(
                settings.port(), settings.access(), proxy, shared, new AcceptFailures("the port for requests", clock));
        this.services = services.stream()
                .map(service -> new ListenedPort(
                        service.port(),
                        Access.open(),
                        service.proxy(),
                        shared,
                        new AcceptFailures("the port of a service", clock)))
                .toList();
    }

    /** Starts to listen, on every event loop; done when it does. */
    public Future<Void> start() {
        return Future.all(Stream.concat(Stream.of(main), services.stream())
                        .map(ListenedPort::listen)
                        .toList())
                .mapEmpty();
    }

    /** The port it listens on. */
    public int port() {
        return main.actual.get();
    }

    /** The ports of the services, in their order. */
    public List<Integer> servicePorts() {
        return services.stream().map(service -> service.actual.get()).toList();
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

    /** One port, with a listening server for each event loop. */
    private final class ListenedPort {

        private final Optional<Port> configured;
        private final AccessControl access;
        private final RequestServing serving;
        private final AcceptFailures acceptFailures;
        private final AtomicInteger actual = new AtomicInteger();
        private final AtomicBoolean watching = new AtomicBoolean();

        ListenedPort(
                Optional<Port> configured,
                Access access,
                ProxyService proxy,
                RequestServing.Shared shared,
                AcceptFailures acceptFailures) {
            this.configured = configured;
            this.access = new AccessControl(access);
            this.serving = new RequestServing(proxy, this.access, shared);
            this.acceptFailures = acceptFailures;
        }

        Future<Void> listen() {
            int instances = configured.isEmpty() ? 1 : Runtime.getRuntime().availableProcessors();
            return vertx.deployVerticle(() -> new Listener(this), new DeploymentOptions().setInstances(instances))
                    .onSuccess(started -> LOG.infof("serves requests on %s:%d", settings.host(), actual.get()))
                    .mapEmpty();
        }

        HttpServerOptions options() {
            HttpServerOptions options = new HttpServerOptions()
                    .setHost(settings.host())
                    .setPort(configured.map(Port::number).orElse(0))
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

        /** The servers share what they listen with, so that one of them is enough to change it. */
        void listening(HttpServer server) {
            actual.set(server.actualPort());
            if (watching.compareAndSet(false, true)) {
                access.watch(vertx);
            }
        }
    }

    /** The listening server of one event loop. */
    private final class Listener extends AbstractVerticle {

        private final ListenedPort port;

        Listener(ListenedPort port) {
            this.port = port;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServerOptions options = port.options();
            HttpServer server = vertx.createHttpServer(options);
            server.connectionHandler(connection -> {
                port.acceptFailures.watchPortOf(connection);
                ClientConnection.install(connection, options, limits, limiter, sections);
            });
            server.requestHandler(port.serving::serve);
            server.invalidRequestHandler(port.serving::rejectMalformed);
            server.listen().onSuccess(port::listening).<Void>mapEmpty().onComplete(started);
        }
    }
}
