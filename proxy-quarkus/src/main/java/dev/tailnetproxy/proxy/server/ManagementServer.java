package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.metrics.PrometheusMetrics;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * How the proxy is, on a port of its own that callers need not reach: {@code /q/health/live}, {@code /q/health/ready}
 * (both in MicroProfile Health's form) and {@code /q/metrics} (Prometheus's text format).
 */
public final class ManagementServer {

    private static final Logger LOG = Logger.getLogger(ManagementServer.class);

    private final HttpServer server;
    private final Tailnet tailnet;
    private final PrometheusMetrics metrics;
    private final BooleanSupplier draining;

    /** @param draining whether the proxy is stopping and should get no new requests */
    public ManagementServer(
            ServerSettings settings,
            Tailnet tailnet,
            PrometheusMetrics metrics,
            BooleanSupplier draining,
            Vertx vertx) {
        this.tailnet = tailnet;
        this.metrics = metrics;
        this.draining = draining;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.managementPort())
                .setIdleTimeout(Math.toIntExact(settings.idleTimeout().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
        server.requestHandler(this::serve);
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

    private void serve(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response()
                    .setStatusCode(405)
                    .putHeader("allow", "GET, HEAD")
                    .end();
            return;
        }
        switch (request.path()) {
            case "/q/health/live" -> health(request.response(), "proxy", true, new JsonObject());
            case "/q/health/ready" -> ready(request.response());
            case "/q/metrics" ->
                request.response()
                        .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(metrics.scrape());
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void ready(HttpServerResponse response) {
        if (draining.getAsBoolean()) {
            health(response, "proxy", false, new JsonObject().put("reason", "the proxy is stopping"));
        } else if (tailnet.state() instanceof TailnetState.NotJoined) {
            JsonObject data = new JsonObject().put("reason", tailnet.whyNotJoined());
            health(response, "tailnet", false, data.mergeIn(problem()));
        } else {
            health(response, "tailnet", true, problem());
        }
    }

    private JsonObject problem() {
        return tailnet.problem()
                .map(problem -> new JsonObject().put("reason", problem.reason()).mergeIn(problem.details()))
                .orElseGet(JsonObject::new);
    }

    private static void health(HttpServerResponse response, String check, boolean up, JsonObject data) {
        String status = up ? "UP" : "DOWN";
        JsonObject result = new JsonObject().put("name", check).put("status", status);
        if (!data.isEmpty()) {
            result.put("data", data);
        }
        response.setStatusCode(up ? 200 : 503)
                .putHeader("content-type", "application/json")
                .end(new JsonObject()
                        .put("status", status)
                        .put("checks", new JsonArray().add(result))
                        .encode());
    }
}
