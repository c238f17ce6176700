package dev.tailnetproxy.localstack.functionurl;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A Lambda Function URL with {@code AWS_IAM} on this machine: checks the signature, turns the request into an event,
 * invokes the function and turns its result into the response.
 */
public final class FunctionUrl implements AutoCloseable {

    /** Lambda's limit for a synchronous invocation: 6 MB and the little that AWS allows on top. */
    public static final int MAX_EVENT_BYTES = 6_291_556;

    private static final System.Logger LOG = System.getLogger(FunctionUrl.class.getName());
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Vertx vertx;
    private final SignatureVerifier verifier;
    private final PayloadFormat format;
    private final FunctionInvoker function;
    private final HttpServer server;
    private final Clock clock;

    private FunctionUrl(
            Vertx vertx, SignatureVerifier verifier, PayloadFormat format, FunctionInvoker function, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
        this.verifier = verifier;
        this.format = format;
        this.function = function;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                // An upgrade to HTTP/2 in clear text would put an authority in the place of the signed Host field.
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_HEADER_BYTES));
    }

    /**
     * Opens the URL.
     *
     * @param port the port on loopback; 0 takes a free one
     * @param region the region that signatures must name
     * @param key the key that signatures must be made with
     * @param function the function to invoke
     * @return the open URL
     * @throws IllegalStateException when the port can't be bound
     */
    public static FunctionUrl open(int port, String region, AccessKey key, FunctionInvoker function) {
        Clock clock = Clock.systemUTC();
        FunctionUrl url = new FunctionUrl(
                Vertx.vertx(),
                new SignatureVerifier(key, region, clock),
                new PayloadFormat("local.lambda-url." + region + ".on.aws", key, clock),
                function,
                clock);
        try {
            url.server
                    .requestHandler(url::handle)
                    .listen(port)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (RuntimeException failure) {
            url.close();
            throw new IllegalStateException(
                    "the local Function URL can't listen on port " + port + "; choose another one", failure);
        }
        return url;
    }

    /** Where it listens. */
    public URI address() {
        return URI.create("http://localhost:" + server.actualPort());
    }

    private void handle(HttpServerRequest request) {
        request.body()
                .onSuccess(body -> vertx.executeBlocking(() -> response(call(request, body)), false)
                        .onSuccess(response -> write(request.response(), response))
                        .onFailure(failure -> write(
                                request.response(),
                                FunctionUrlResponse.awsError(502, "InternalFailure", "Internal Server Error"))))
                .onFailure(failure -> request.connection().close());
    }

    private static FunctionUrlRequest call(HttpServerRequest request, Buffer body) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        return new FunctionUrlRequest(
                request.method().name(),
                question < 0 ? uri : uri.substring(0, question),
                question < 0 ? "" : uri.substring(question + 1),
                request.headers().entries().stream()
                        .map(field -> Map.entry(field.getKey(), field.getValue()))
                        .toList(),
                body,
                request.remoteAddress().hostAddress());
    }

    private FunctionUrlResponse response(FunctionUrlRequest call) throws IOException, InterruptedException {
        Optional<SignatureVerifier.SignatureError> error = verifier.verify(call);
        if (error.isPresent()) {
            return FunctionUrlResponse.awsError(
                    403, error.get().errorType(), error.get().message());
        }
        byte[] event = format.event(call, UUID.randomUUID().toString());
        if (event.length > MAX_EVENT_BYTES) {
            return FunctionUrlResponse.awsError(
                    413, "RequestEntityTooLargeException", "Request must be smaller than 6291456 bytes");
        }
        FunctionInvoker.InvocationResult outcome = function.invoke(event);
        if (outcome instanceof FunctionInvoker.InvocationResult.Returned returned) {
            return format.response(returned.json());
        }
        return invocationFailed(((FunctionInvoker.InvocationResult.Failed) outcome).reason());
    }

    /** AWS does not tell the client the reason; it is in the log. */
    private static FunctionUrlResponse invocationFailed(String reason) {
        LOG.log(System.Logger.Level.WARNING, "the function did not respond: {0}", reason);
        return FunctionUrlResponse.awsError(502, "InternalFailure", "Internal Server Error");
    }

    private void write(HttpServerResponse out, FunctionUrlResponse response) {
        out.setStatusCode(response.status());
        out.headers().add("date", HTTP_DATE.format(clock.instant()));
        List<Map.Entry<String, String>> fields = response.fields();
        fields.forEach(field -> out.headers().add(field.getKey(), field.getValue()));
        Buffer body = response.body();
        if (body.length() > 0) {
            out.end(body);
        } else {
            out.end();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
