package dev.tailnetproxy.client;

import dev.tailnetproxy.client.signing.FunctionUrl;
import dev.tailnetproxy.client.signing.ProxyHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls hosts in a private tailnet through the proxy's Function URL, in the JDK's own types.
 *
 * <p>A request whose URI names a server is for that server: {@code http://orders.internal:8080/x?y=1} goes to port 8080 of
 * {@code orders.internal} in the tailnet. A request made with {@link #request} is for the builder's target. Method, path,
 * query, headers and body arrive as they were given; the call's signature and the {@code ts-*} headers are added here.
 *
 * <p>The target's response is a response, whatever its status. When there is none and it is known why, a
 * {@link TailscaleProxyException} says so.
 *
 * <p>Immutable and thread-safe; one client serves a whole application. The bodies of requests are read into memory, because
 * the signature covers their hash, and can't be larger than about 4.5 MB (6 MB of text). The bodies of responses stream
 * through the application's handler.
 */
public final class TailscaleProxyClient implements AutoCloseable {

    private final FunctionUrl functionUrl;
    private final ProxyRequestHeaders requestHeaders;
    private final Duration requestTimeout;
    private final Runnable releaseCredentials;
    /** Empty once closed, so that the JDK's client can end its threads although somebody still holds this object. */
    private final AtomicReference<RetryingExchange.@Nullable ClientResources> resources;

    TailscaleProxyClient(
            FunctionUrl functionUrl,
            ProxyRequestHeaders requestHeaders,
            Duration requestTimeout,
            RetryingExchange.ClientResources resources,
            Runnable releaseCredentials) {
        this.functionUrl = functionUrl;
        this.requestHeaders = requestHeaders;
        this.requestTimeout = requestTimeout;
        this.resources = new AtomicReference<>(resources);
        this.releaseCredentials = releaseCredentials;
    }

    /** Where a client begins. */
    public static TailscaleProxyClientBuilder builder() {
        return new TailscaleProxyClientBuilder();
    }

    /**
     * A request for the builder's target, to be completed.
     *
     * @param path path and query as they shall arrive, already percent-encoded
     * @throws IllegalArgumentException when it does not start with a slash or holds what has to be encoded
     */
    public HttpRequest.Builder request(String path) {
        return new CheckedRequestBuilder(HttpRequest.newBuilder(functionUrl.at(path)));
    }

    /**
     * Sends a request and waits for the response.
     *
     * @param request the request for the target
     * @param handler makes the body of the target's response; never sees one of the proxy or of Lambda
     * @return the target's response
     * @throws TailscaleProxyException when the proxy or Lambda responded instead, or the body is too large
     * @throws IOException when there is no response
     * @throws InterruptedException when the waiting thread is interrupted; the request is then cancelled
     * @throws IllegalArgumentException when there is no target, or a header or the method can't be sent
     */
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<T>> response = sendAsync(request, handler);
        try {
            return response.get();
        } catch (InterruptedException interrupted) {
            response.cancel(true);
            throw interrupted;
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof IOException io) {
                throw io;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IOException("the request could not be sent", cause);
        }
    }

    /** Sends a request; the response's body is text in the charset that it says. */
    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return send(request, BodyHandlers.ofString());
    }

    /**
     * Sends a request without waiting. Failures complete the future, with the same exceptions that {@link #send(HttpRequest,
     * HttpResponse.BodyHandler)} throws; cancelling it ends the request.
     *
     * @throws IllegalArgumentException at once, when there is no target or a header can't be sent
     * @throws IllegalStateException at once, when the client is closed
     */
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        RetryingExchange.ClientResources current = resources.get();
        if (current == null) {
            throw new IllegalStateException("the client is closed");
        }
        ProxyHeaders headers = requestHeaders.of(request);
        URI uri = request.uri();
        URI at = functionUrl.at((uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                + Optional.ofNullable(uri.getRawQuery())
                        .map(query -> "?" + query)
                        .orElse(""));
        Duration timeout = request.timeout().orElse(requestTimeout);
        return new RetryingExchange<>(current, request, handler, timeout)
                .start(RequestBody.of(request, timeout, current.executor())
                        .thenApply(body -> new RetryingExchange.UnsignedRequest(request.method(), at, headers, body)));
    }

    /** Sends a request without waiting; the response's body is text in the charset that it says. */
    public CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest request) {
        return sendAsync(request, BodyHandlers.ofString());
    }

    /** {@code GET} of a path at the builder's target. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).build());
    }

    /** {@code DELETE} of a path at the builder's target. */
    public HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE().build());
    }

    /** {@code POST} of JSON to a path at the builder's target. */
    public HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(withJson("POST", path, json));
    }

    /** {@code PUT} of JSON to a path at the builder's target. */
    public HttpResponse<String> put(String path, String json) throws IOException, InterruptedException {
        return send(withJson("PUT", path, json));
    }

    /** {@code PATCH} of JSON to a path at the builder's target. */
    public HttpResponse<String> patch(String path, String json) throws IOException, InterruptedException {
        return send(withJson("PATCH", path, json));
    }

    /** {@link #get} without waiting. */
    public CompletableFuture<HttpResponse<String>> getAsync(String path) {
        return sendAsync(request(path).build());
    }

    /** {@link #post} without waiting. */
    public CompletableFuture<HttpResponse<String>> postAsync(String path, String json) {
        return sendAsync(withJson("POST", path, json));
    }

    private HttpRequest withJson(String method, String path, String json) {
        return request(path)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(json))
                .build();
    }

    /**
     * Takes no more requests; those that run go on. Kept connections end with the JDK's client, which ends when nothing uses
     * it any more. A credentials provider that was given to the builder stays open.
     */
    @Override
    public void close() {
        if (resources.getAndSet(null) != null) {
            releaseCredentials.run();
        }
    }
}
