package dev.tailnetproxy.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Responds in the place of Lambda and the proxy as a test tells it, and keeps what arrived. */
public final class ScriptedFunctionUrl implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<ReceivedRequest> receivedRequest = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<ScriptedResponse> scripts = new ConcurrentLinkedQueue<>();

    public ScriptedFunctionUrl() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    public URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** The response to the next request; without a script an empty 200. */
    public ScriptedFunctionUrl next(int status, Map<String, String> headers, String body) {
        return next(exchange -> write(exchange, status, headers, body));
    }

    public ScriptedFunctionUrl next(ScriptedResponse script) {
        scripts.add(script);
        return this;
    }

    /** A response that the proxy makes itself. */
    public ScriptedFunctionUrl nextProxyError(int status, String name, Map<String, String> more) {
        return next(exchange -> {
            exchange.getResponseHeaders().set("ts-error-name", name);
            exchange.getResponseHeaders().set("ts-error-message", "the reason");
            write(exchange, status, more, "{\"a problem\":\"that no handler sees\"}");
        });
    }

    /** Takes the oldest request that has not been taken yet; waits for it. */
    public ReceivedRequest take() throws InterruptedException {
        return receivedRequest.take();
    }

    /** How many requests arrived and have not been taken. */
    public int pendingRequests() {
        return receivedRequest.size();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            receivedRequest.add(new ReceivedRequest(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1)));
            Optional.ofNullable(scripts.poll())
                    .orElse(defaultResponse -> write(defaultResponse, 200, Map.of(), ""))
                    .response(exchange);
        }
    }

    private static void write(HttpExchange exchange, int status, Map<String, String> headers, String body)
            throws IOException {
        headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bytes.length == 0 || isHead ? -1 : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    @FunctionalInterface
    public interface ScriptedResponse {
        void response(HttpExchange exchange) throws IOException;
    }

    /** A request as it arrived; the body byte for byte as ISO 8859-1. */
    public record ReceivedRequest(String method, String target, Map<String, List<String>> headers, String body) {

        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> String.join(",", header.getValue()))
                    .findAny()
                    .orElse("");
        }
    }
}
