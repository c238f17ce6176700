package dev.tailnetproxy.localstack.tailnet;

import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.contract.HeaderNames;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Requests that wait in a warm proxy until its node has joined, so that it dials in that moment, as a function does that
 * starts fast. For a pod of {@link Tailnet#startPodJoiningOnRequest}.
 */
public final class FirstRequests {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final String NOT_LOGGED_IN = "the node is not logged in to the tailnet";
    private static final String JOINED = "in the tailnet as ";
    private static final String REQUEST_LOG = "dev.tailnetproxy.proxy.request";

    private final EgressPod pod;
    private final HttpClient http = HttpClient.newHttpClient();

    public FirstRequests(EgressPod pod) {
        this.pod = pod;
    }

    /**
     * The result of one request.
     *
     * @param status the response's
     * @param log the fields of the proxy's line about it
     * @param afterJoin from the proxy's seeing that its node has joined to the end of the response
     */
    public record FirstRequest(int status, JsonObject log, Duration afterJoin) {}

    /** Sends one to the tailnet's target; the node joins only then, as a new one each time. */
    public FirstRequest next() throws IOException, InterruptedException {
        if (readiness().statusCode() == 200) {
            pod.restartNode();
        }
        until(() -> readiness().body().contains(NOT_LOGGED_IN));
        int before = pod.proxyLog().size();
        HttpRequest request = HttpRequest.newBuilder(pod.requests().resolve("/hello"))
                .header(HeaderNames.TARGET_IP, Tailnet.TARGET_NAME)
                .header(HeaderNames.TARGET_PORT, Integer.toString(TargetNode.SERVICE_PORT))
                .build();
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(request, BodyHandlers.ofString());
        until(() -> management("/q/metrics").body().contains("tailnet_proxy_requests_in_flight 1.0"));
        pod.join();
        int status = resultOf(response).statusCode();
        until(() -> lines(before).stream().anyMatch(FirstRequests::isRequest));
        List<JsonObject> lines = lines(before);
        JsonObject joined = only(lines, line -> line.getString("message", "").startsWith(JOINED));
        JsonObject ended = only(lines, FirstRequests::isRequest);
        return new FirstRequest(status, ended.getJsonObject("mdc"), Duration.between(time(joined), time(ended)));
    }

    private List<JsonObject> lines(int from) {
        return pod.proxyLog().stream()
                .skip(from)
                .filter(line -> line.startsWith("{"))
                .map(JsonObject::new)
                .toList();
    }

    private static boolean isRequest(JsonObject line) {
        return line.getString("loggerName", "").equals(REQUEST_LOG);
    }

    private static JsonObject only(List<JsonObject> lines, Predicate<JsonObject> wanted) {
        List<JsonObject> found = lines.stream().filter(wanted).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " instead of one among " + lines);
        }
        return found.get(0);
    }

    private static OffsetDateTime time(JsonObject line) {
        return OffsetDateTime.parse(line.getString("timestamp"));
    }

    private HttpResponse<String> readiness() throws IOException, InterruptedException {
        return management("/q/health/ready");
    }

    private HttpResponse<String> management(String path) throws IOException, InterruptedException {
        URI address = pod.management().resolve(path);
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private static <T> T resultOf(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the proxy did not respond", e);
        }
    }

    private void until(Callable<Boolean> condition) {
        await().alias("an event of the pod")
                .atMost(TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .until(condition);
    }
}
