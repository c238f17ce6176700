package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import dev.tailnetproxy.localstack.functionurl.FunctionUrl;
import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import dev.tailnetproxy.localstack.gateway.GatewayServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP API on this machine, with one route for everything: checks sizes, asks the authorizer, turns the request into an
 * event, invokes the function and turns its result into the response.
 */
public final class HttpApi implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(HttpApi.class.getName());

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ApiEvents events = new ApiEvents();
    private final HttpApiSettings settings;
    private final Optional<LambdaAuthorizer> authorizer;
    private final FunctionInvoker function;
    private final TimedInvoker integration;
    private final GatewayServer server;

    private HttpApi(HttpApiSettings settings, Optional<AuthorizerSettings> authorizer, FunctionInvoker function) {
        HttpApiLimits limits = settings.limits();
        this.settings = settings;
        this.function = function;
        this.integration = new TimedInvoker(threads, limits.integrationTime());
        this.authorizer = authorizer.map(wanted -> new LambdaAuthorizer(
                wanted, events, new TimedInvoker(threads, limits.authorizerTime()), settings.clock()));
        this.server = GatewayServer.open(
                settings.host(), settings.port(), settings.clock(), ApiResponses.internalError(), this::respond);
    }

    /**
     * Opens an API that lets every request through.
     *
     * @throws IllegalStateException when the port can't be bound
     */
    public static HttpApi open(HttpApiSettings settings, FunctionInvoker function) {
        return new HttpApi(settings, Optional.empty(), function);
    }

    /**
     * Opens an API with an authorizer.
     *
     * @throws IllegalStateException when the port can't be bound
     */
    public static HttpApi open(HttpApiSettings settings, AuthorizerSettings authorizer, FunctionInvoker function) {
        return new HttpApi(settings, Optional.of(authorizer), function);
    }

    /** Where it listens, without the stage. */
    public URI address() {
        return server.address();
    }

    private GatewayResponse respond(GatewayRequest received) throws IOException, InterruptedException {
        GatewayRequest http = new GatewayRequest(
                received.method(),
                received.path(),
                received.query(),
                received.fields(),
                received.body(),
                settings.sourceAddress().apply(received.sourceIp()));
        String id = UUID.randomUUID().toString();
        ApiRequest request =
                new ApiRequest(http, settings.stage(), id, settings.clock().instant());
        Optional<GatewayResponse> tooLarge = settings.limits().refusal(http);
        GatewayResponse response = tooLarge.isPresent() ? tooLarge.get() : authorize(request);
        List<Map.Entry<String, String>> fields = new ArrayList<>(response.fields());
        fields.add(Map.entry("apigw-requestid", id));
        return new GatewayResponse(response.status(), fields, response.body());
    }

    private GatewayResponse authorize(ApiRequest request) throws IOException, InterruptedException {
        if (authorizer.isEmpty()) {
            return integrate(request, new JsonObject());
        }
        AuthorizerResult result = authorizer.get().decide(request);
        if (result instanceof AuthorizerResult.Allowed allowed) {
            return integrate(request, allowed.context());
        }
        if (result instanceof AuthorizerResult.Failed failed) {
            return failed("the authorizer failed: {0}", failed.reason());
        }
        return result instanceof AuthorizerResult.IdentityMissing
                ? ApiResponses.message(401, "Unauthorized")
                : ApiResponses.message(403, "Forbidden");
    }

    private GatewayResponse integrate(ApiRequest request, JsonObject authorizerContext)
            throws IOException, InterruptedException {
        byte[] event = events.integration(request, authorizerContext);
        if (event.length > FunctionUrl.MAX_EVENT_BYTES) {
            return ApiResponses.message(413, "Request Entity Too Large");
        }
        Optional<InvocationResult> result = integration.invoke(function, event);
        if (result.isEmpty()) {
            return ApiResponses.message(503, "Service Unavailable");
        }
        return result.get() instanceof InvocationResult.Returned returned
                ? ApiResponses.ofResult(returned.json())
                : failed("the function did not respond: {0}", ((InvocationResult.Failed) result.get()).reason());
    }

    /** AWS does not tell the client the reason; it is in the log. */
    private static GatewayResponse failed(String sentence, String reason) {
        LOG.log(System.Logger.Level.WARNING, sentence, reason);
        return ApiResponses.internalError();
    }

    @Override
    public void close() {
        server.close();
        threads.shutdownNow();
    }
}
