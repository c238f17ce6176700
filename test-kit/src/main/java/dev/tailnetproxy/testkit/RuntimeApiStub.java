package dev.tailnetproxy.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The Runtime API of Lambda for one function on this machine, one invocation after the other. AWS's emulator does the
 * same in a container, from where ports of this machine can't be reached.
 */
public final class RuntimeApiStub implements AutoCloseable {

    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final int MAX_SECONDS = 60;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<String>> waiting = new LinkedBlockingQueue<>();

    /** Listens on a free port of loopback. */
    public RuntimeApiStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::respond);
        server.setExecutor(threads);
        server.start();
    }

    /** For {@code AWS_LAMBDA_RUNTIME_API}. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Invokes the function and waits for what it returns; fails with what it failed with. */
    public String invoke(String event) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<String> result = new CompletableFuture<>();
        waiting.add(result);
        events.add(event);
        return result.get(MAX_SECONDS, TimeUnit.SECONDS);
    }

    /** Fails what still waits when the function's process ends. */
    public void failWhenEnded(Process function) {
        var unused = function.onExit()
                .thenAccept(ended -> waiting.forEach(result -> result.completeExceptionally(
                        new IllegalStateException("the function's process ended with status " + ended.exitValue()))));
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals(INVOCATION + "next")) {
                writeNextInvocation(exchange);
                return;
            }
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (path.startsWith(INVOCATION) && path.endsWith("/response")) {
                waiting.remove().complete(body);
            } else {
                waiting.remove().completeExceptionally(new IllegalStateException(path + ": " + body));
            }
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private void writeNextInvocation(HttpExchange exchange) throws IOException {
        try {
            byte[] event = events.take().getBytes(StandardCharsets.UTF_8);
            headersOf(Instant.now().plusSeconds(MAX_SECONDS))
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(200, event.length);
            exchange.getResponseBody().write(event);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that Lambda sends: the native part of AWS's client crashes when some of them are missing. */
    private static Map<String, String> headersOf(Instant deadline) {
        return Map.of(
                "Content-Type", "application/json",
                "Lambda-Runtime-Aws-Request-Id", "one-at-a-time",
                "Lambda-Runtime-Deadline-Ms", Long.toString(deadline.toEpochMilli()),
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:caller",
                "Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0",
                "Lambda-Runtime-Client-Context", "{}",
                "Lambda-Runtime-Cognito-Identity", "{}");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
