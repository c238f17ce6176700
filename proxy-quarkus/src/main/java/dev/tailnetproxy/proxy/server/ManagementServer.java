package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.metrics.PrometheusMetrics;
import dev.tailnetproxy.proxy.tailnet.Shields;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Serves health and metrics on a separate port: {@code /q/health/live} and {@code /q/health/ready} in the form of
 * MicroProfile Health, {@code /q/metrics} in Prometheus's text format. This port is unauthenticated, so its load is bounded:
 * it serves one small request at a time on each of a few connections, and disconnects clients that do not read.
 */
public final class ManagementServer {

    private static final Logger LOG = Logger.getLogger(ManagementServer.class);

    /** Several monitoring systems, each with several connections. */
    private static final int MAX_CONNECTIONS = 32;

    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_INITIAL_LINE_BYTES = 4 * 1024;

    private static final long MAX_HEADER_MEMORY_BYTES = 4L * 1024 * 1024;

    /** From a request to its response; the writing gets a little more. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration WRITING_TIME = Duration.ofSeconds(5);

    private final HttpServer server;
    private final ConnectionLimiter limiter;
    private final Tailnet tailnet;
    private final CachedScrape metrics;
    private final BooleanSupplier draining;

    /** @param draining whether the proxy is stopping and should get no new requests */
    public ManagementServer(
            ServerSettings settings,
            Tailnet tailnet,
            PrometheusMetrics metrics,
            BooleanSupplier draining,
            Vertx vertx) {
        this(
                settings,
                tailnet,
                metrics::scrape,
                draining,
                vertx,
                new ConnectionLimits(settings.idleTimeout(), REQUEST_TIMEOUT, WRITING_TIME, 1));
    }

    ManagementServer(
            ServerSettings settings,
            Tailnet tailnet,
            Supplier<String> metrics,
            BooleanSupplier draining,
            Vertx vertx,
            ConnectionLimits limits) {
        this.tailnet = tailnet;
        this.metrics = new CachedScrape(metrics, vertx, System::nanoTime);
        this.draining = draining;
        HttpServerOptions options = options(settings);
        // A response is made at once, so whoever still has none does not read.
        this.limiter = new ConnectionLimiter(MAX_CONNECTIONS, true);
        HeaderSections sections = new HeaderSections(headerBytes());
        AcceptFailures acceptFailures = new AcceptFailures("the port for health and metrics", Clock.systemUTC());
        this.server = vertx.createHttpServer(options);
        server.connectionHandler(connection -> {
            acceptFailures.watchPortOf(connection);
            StrictFraming.install(
                    connection, options, Http1ClientConnection.install(connection, limits, limiter, sections));
        });
        server.requestHandler(this::serve);
        server.invalidRequestHandler(ManagementServer::rejectMalformed);
    }

    /** Of its own: what clients send to the other port must not keep anybody from asking how the proxy is. */
    private static Limit headerBytes() {
        return Limits.of(new LimitSettings(1, MAX_HEADER_MEMORY_BYTES, 1, 1)).bufferedBytes();
    }

    private static HttpServerOptions options(ServerSettings settings) {
        return new HttpServerOptions()
                .setHost(settings.managementHost())
                .setPort(settings.managementPort().map(Port::number).orElse(0))
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_INITIAL_LINE_BYTES);
    }

    /** Starts to listen; done when it does. */
    public Future<Void> start() {
        return server.listen()
                .onSuccess(listening -> LOG.infof("serves health and metrics on port %d", listening.actualPort()))
                .mapEmpty();
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** How many connections are open. */
    int connections() {
        return limiter.count();
    }

    private void serve(HttpServerRequest request) {
        ClientConnection connection = ClientConnection.of(request);
        if (connection.isClosing()) {
            return;
        }
        connection.requestStarted(request, () -> {});
        connection.requestRead(request);
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("allow", "GET, HEAD");
            refuse(request, 405);
        } else if (announcesBody(request)) {
            refuse(request, 413);
        } else {
            respond(request).onComplete(written -> connection.responseCompleted(request, written.succeeded()));
        }
    }

    private static boolean announcesBody(HttpServerRequest request) {
        return request.headers().contains("transfer-encoding")
                || !request.headers().getAll("content-length").stream().allMatch("0"::equals);
    }

    private Future<Void> respond(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.version() == HttpVersion.HTTP_1_0
                || RequestReader.upgradeOffer(request).isPresent()) {
            ClientConnection.of(request).closeAfterResponse(request);
        }
        return switch (request.path()) {
            case "/q/health/live" -> health(response, "proxy", true, new JsonObject());
            case "/q/health/ready" -> ready(response);
            case "/q/metrics" ->
                metrics.get()
                        .compose(text -> response.putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                                .end(text));
            default -> response.setStatusCode(404).end();
        };
    }

    /** A second request before the first one has its response, or what is no HTTP. */
    private static void rejectMalformed(HttpServerRequest request) {
        if (!ClientConnection.of(request).isClosing()) {
            refuse(request, request.decoderResult().cause() instanceof TooLongHttpLineException ? 414 : 400);
        }
    }

    /** Nothing more is read from the connection, a body included. */
    private static void refuse(HttpServerRequest request, int status) {
        ClientConnection.of(request).closeAfterResponse(request);
        request.response()
                .setStatusCode(status)
                .putHeader("connection", "close")
                .end()
                .onSuccess(written -> request.connection().close());
    }

    private Future<Void> ready(HttpServerResponse response) {
        if (draining.getAsBoolean()) {
            return health(response, "proxy", false, new JsonObject().put("reason", "the proxy is stopping"));
        }
        if (!tailnet.state().isReady()) {
            JsonObject data = new JsonObject().put("reason", tailnet.unavailableReason());
            return health(response, "tailnet", false, data.mergeIn(problem()));
        }
        return health(response, "tailnet", true, problem().mergeIn(shields()));
    }

    /** The node is of use all the same, so that whoever sends requests is told nothing else. */
    private JsonObject shields() {
        return tailnet.shields() == Shields.DOWN
                ? new JsonObject().put("shieldsUp", false).put("warning", Shields.WARNING)
                : new JsonObject();
    }

    private JsonObject problem() {
        return tailnet.problem()
                .map(problem -> new JsonObject().put("reason", problem.reason()).mergeIn(problem.details()))
                .orElseGet(JsonObject::new);
    }

    private static Future<Void> health(HttpServerResponse response, String check, boolean up, JsonObject data) {
        String status = up ? "UP" : "DOWN";
        JsonObject result = new JsonObject().put("name", check).put("status", status);
        if (!data.isEmpty()) {
            result.put("data", data);
        }
        return response.setStatusCode(up ? 200 : 503)
                .putHeader("content-type", "application/json")
                .end(new JsonObject()
                        .put("status", status)
                        .put("checks", new JsonArray().add(result))
                        .encode());
    }
}
