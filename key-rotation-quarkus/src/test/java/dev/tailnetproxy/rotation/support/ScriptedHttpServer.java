package dev.tailnetproxy.rotation.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a loopback port, with calls that go wrong as a test says. */
abstract class ScriptedHttpServer implements AutoCloseable {

    /**
     * A response in place of the right one.
     *
     * @param call the name of the call that gets it
     * @param hasEffect whether the call is done all the same
     */
    public record Scripted(String call, int status, Map<String, String> headers, String body, boolean hasEffect) {}

    /** A request that was read. */
    record Request(String method, String path, String query, String authorization, String body) {}

    /** A response to write. */
    record Reply(int status, String body) {}

    final ObjectMapper json = new ObjectMapper();
    private final ConcurrentLinkedDeque<Scripted> script = new ConcurrentLinkedDeque<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Calls calls;

    ScriptedHttpServer(Calls calls) {
        this.calls = calls;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** The address of the API. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Lets the next call of a name get a response. */
    public void script(Scripted response) {
        script.add(response);
    }

    /** From now on all calls work. */
    public void endScript() {
        script.clear();
    }

    /** The name of a call. */
    abstract String name(Request request);

    /** Does a call. */
    abstract Reply reply(Request request) throws IOException;

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                            .orElse(""),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Reply reply = calls.make(name(request), () -> scriptedOrReal(exchange, request));
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        } catch (Calls.NoResponse e) {
            // The connection closes without a response.
        }
    }

    private Reply scriptedOrReal(HttpExchange exchange, Request request) {
        Scripted scripted = script.stream()
                .filter(candidate -> candidate.call().equals(name(request)))
                .findFirst()
                .orElse(null);
        try {
            if (scripted == null) {
                return reply(request);
            }
            script.remove(scripted);
            if (scripted.hasEffect()) {
                reply(request);
            }
            scripted.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            return new Reply(scripted.status(), scripted.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Reply ok(JsonNode body) {
        return new Reply(200, body.toString());
    }

    Reply error(int status, String message) {
        return new Reply(status, json.createObjectNode().put("message", message).toString());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
