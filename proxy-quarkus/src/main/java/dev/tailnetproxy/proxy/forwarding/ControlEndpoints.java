package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.tailnet.ExtensionState;
import dev.tailnetproxy.proxy.tailnet.ForwardState;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Requests that are meant for the proxy itself: health, and warming up. Neither calls a target. */
public final class ControlEndpoints {

    private static final Duration DEFAULT_HOLD = Duration.ofMillis(100);
    private static final Duration MAX_HOLD = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Tailnet tailnet;

    public ControlEndpoints(Vertx vertx, Tailnet tailnet) {
        this.vertx = vertx;
        this.tailnet = tailnet;
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
        if (!now.isReady()) {
            return Optional.of(tailnet.unavailableReason());
        }
        boolean exitNodeDown =
                now.joined().filter(TailnetState.Joined::exitNodeDown).isPresent();
        return tailnet.problem()
                .map(ExtensionState.Problem::reason)
                .or(() -> exitNodeDown ? Optional.of("the exit node is down") : Optional.empty());
    }

    private static boolean isTrue(ProxyRequest request, String name) {
        return request.headers().first(name).map("true"::equalsIgnoreCase).orElse(false);
    }

    /** Keeps this environment busy, so that as many at once need as many environments. */
    private Future<ProxyResponse> warm(ProxyRequest request) {
        Duration hold = request.headers()
                .first(HeaderNames.WARMER_HOLD_MS)
                .map(ControlEndpoints::hold)
                .orElse(DEFAULT_HOLD);
        long holdMillis = request.deadline().earlier(hold).timerMillis();
        Promise<Void> holdTimer = Promise.promise();
        vertx.setTimer(holdMillis, id -> holdTimer.complete());
        return Future.join(holdTimer.future(), tailnet.awaitJoined(Duration.ofMillis(holdMillis)))
                .map(done -> state(new JsonObject().put("warm", true)));
    }

    private static Duration hold(String text) {
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) > MAX_HOLD.toMillis()) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER,
                    HeaderNames.WARMER_HOLD_MS + " is not a whole number of milliseconds up to " + MAX_HOLD.toMillis());
        }
        return Duration.ofMillis(Long.parseLong(text));
    }

    private JsonObject joined(TailnetState.Joined joined) {
        JsonObject node = new JsonObject()
                .put("joined", true)
                .put("name", joined.node().name())
                .put("addresses", new JsonArray(joined.node().addresses()))
                .put("version", joined.node().version());
        currentProblem().ifPresent(reason -> node.put("reason", reason));
        return node;
    }

    private ProxyResponse state(JsonObject handle) {
        JsonObject node = tailnet.state()
                .fold(
                        this::joined,
                        notJoined -> new JsonObject()
                                .put("joined", false)
                                .put("state", notJoined.backendState())
                                .put("reason", tailnet.unavailableReason()),
                        () -> new JsonObject().put("reason", tailnet.unavailableReason()));
        tailnet.problem().ifPresent(problem -> node.put("problem", problem.details()));
        handle.put("proxy", new JsonObject().put("status", "up")).put("tailnet", node);
        List<ForwardState> forwards =
                tailnet.extension().map(ExtensionState::forwards).orElse(List.of());
        if (!forwards.isEmpty()) {
            handle.put(
                    "forwards",
                    new JsonArray(forwards.stream().map(ForwardState::json).toList()));
        }
        byte[] bytes = handle.encode().getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                "content-type", "application/json",
                "content-length", Integer.toString(bytes.length),
                "cache-control", "no-store");
        return new ProxyResponse(200, headers, Body.of(bytes));
    }
}
