package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.tailnet.ExtensionState;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Requests that are meant for the proxy itself: health, and warming up. Neither calls a target. */
public final class ControlEndpoints {

    private static final long DEFAULT_HOLD_MS = 100;
    private static final long MAX_HOLD_MS = 30_000;

    private final Vertx vertx;
    private final Tailnet tailnet;
    private final Clock clock;

    public ControlEndpoints(Vertx vertx, Tailnet tailnet, Clock clock) {
        this.vertx = vertx;
        this.tailnet = tailnet;
        this.clock = clock;
    }

    /** The response, if the request is for the proxy itself. */
    Optional<Future<ProxyResponse>> handle(ProxyRequest request) {
        if (isTrue(request, HeaderNames.WARMER)) {
            return Optional.of(warm(request));
        }
        if (isTrue(request, HeaderNames.HEALTH)
                && request.method().equals("GET")
                && request.path().equals("/")) {
            return Optional.of(Future.succeededFuture(state(new JsonObject())));
        }
        return Optional.empty();
    }

    /** What is wrong with the node at this moment, in a sentence. */
    Optional<String> currentProblem() {
        TailnetState now = tailnet.state();
        if (now instanceof TailnetState.NotJoined) {
            return Optional.of(tailnet.unavailableReason());
        }
        boolean exitNodeDown = now instanceof TailnetState.Joined joined && joined.exitNodeDown();
        return tailnet.problem()
                .map(ExtensionState.Problem::reason)
                .or(() -> exitNodeDown ? Optional.of("the exit node is down") : Optional.empty());
    }

    private static boolean isTrue(ProxyRequest request, String name) {
        return request.headers().first(name).map("true"::equalsIgnoreCase).orElse(false);
    }

    /** Keeps this environment busy, so that as many at once need as many environments. */
    private Future<ProxyResponse> warm(ProxyRequest request) {
        long hold = request.headers()
                .first(HeaderNames.WARMER_HOLD_MS)
                .map(ControlEndpoints::holdMillis)
                .orElse(DEFAULT_HOLD_MS);
        long holdTime = Math.max(1, Math.min(hold, request.deadline() - clock.millis()));
        Promise<Void> holdTimer = Promise.promise();
        vertx.setTimer(holdTime, id -> holdTimer.complete());
        return Future.join(holdTimer.future(), tailnet.awaitJoined(Duration.ofMillis(holdTime)))
                .map(done -> state(new JsonObject().put("warm", true)));
    }

    private static long holdMillis(String text) {
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) > MAX_HOLD_MS) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER,
                    HeaderNames.WARMER_HOLD_MS + " is not a whole number of milliseconds up to " + MAX_HOLD_MS);
        }
        return Math.max(1, Long.parseLong(text));
    }

    private ProxyResponse state(JsonObject handle) {
        TailnetState now = tailnet.state();
        JsonObject node = new JsonObject();
        if (now instanceof TailnetState.Joined joined) {
            node.put("joined", true)
                    .put("name", joined.node().name())
                    .put("addresses", new JsonArray(joined.node().addresses()))
                    .put("version", joined.node().version());
            currentProblem().ifPresent(reason -> node.put("reason", reason));
        } else if (now instanceof TailnetState.NotJoined notJoined) {
            node.put("joined", false).put("state", notJoined.backendState()).put("reason", tailnet.unavailableReason());
        } else {
            node.put("reason", tailnet.unavailableReason());
        }
        tailnet.problem().ifPresent(problem -> node.put("problem", problem.details()));
        handle.put("proxy", new JsonObject().put("status", "up")).put("tailnet", node);
        byte[] bytes = handle.encode().getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                "content-type", "application/json",
                "content-length", Integer.toString(bytes.length),
                "cache-control", "no-store");
        return new ProxyResponse(200, headers, Body.of(bytes));
    }
}
