package dev.tailnetproxy.benchmarks.incontainer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One life of the extension, from its start as Lambda starts it to its call of {@code /next}, and its shutdown. */
final class ExtensionStart {

    private static final String API = "/2020-01-01/extension/";
    private static final int TIMEOUT_SECONDS = 60;
    private static final int SHUTDOWN_MILLIS = 2000;
    private static final Path STATE = Path.of("/tmp/tailscale/state.json");
    private static final Pattern PHASE = Pattern.compile("\"phase\":\"(\\w+)\"");

    private final CompletableFuture<Long> next = new CompletableFuture<>();
    private final CountDownLatch measured = new CountDownLatch(1);

    private ExtensionStart() {}

    /**
     * The measured times.
     *
     * @param microseconds from its start to its call of {@code /next}
     * @param phase the phase in its state file at that time
     */
    record Measured(long microseconds, String phase) {}

    static Measured measure(String hostname) throws IOException, InterruptedException {
        return measure(hostname, () -> {});
    }

    /** @param settings variables on top of those of this process */
    static Measured measure(String hostname, Map<String, String> settings) throws IOException, InterruptedException {
        return new ExtensionStart().run(hostname, settings, () -> {});
    }

    /** @param whenReady runs when it has called {@code /next}, before its shutdown */
    static Measured measure(String hostname, Runnable whenReady) throws IOException, InterruptedException {
        return new ExtensionStart().run(hostname, Map.of(), whenReady);
    }

    private Measured run(String hostname, Map<String, String> settings, Runnable whenReady)
            throws IOException, InterruptedException {
        HttpServer lambda = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        lambda.createContext(API + "register", exchange -> {
            exchange.getResponseHeaders().set("Lambda-Extension-Identifier", "measured");
            respond(exchange, "{}");
        });
        lambda.createContext(API + "event/next", exchange -> {
            next.complete(System.nanoTime());
            awaitUninterrupted();
            respond(
                    exchange,
                    "{\"eventType\":\"SHUTDOWN\",\"shutdownReason\":\"spindown\",\"deadlineMs\":"
                            + (System.currentTimeMillis() + SHUTDOWN_MILLIS) + "}");
        });
        lambda.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        lambda.start();
        ProcessBuilder extension = new ProcessBuilder("/opt/extensions/tailscale")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        Path.of("/tmp/extension.log").toFile()));
        extension
                .environment()
                .put(
                        "AWS_LAMBDA_RUNTIME_API",
                        "127.0.0.1:" + lambda.getAddress().getPort());
        extension.environment().put("TS_HOSTNAME", hostname);
        extension.environment().putAll(settings);
        try {
            long started = System.nanoTime();
            Process process = extension.start();
            long ready = next.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            whenReady.run();
            String phase = phase();
            measured.countDown();
            process.waitFor();
            return new Measured(TimeUnit.NANOSECONDS.toMicros(ready - started), phase);
        } catch (ExecutionException | TimeoutException failure) {
            throw new IOException("the extension did not ask for /next", failure);
        } finally {
            lambda.stop(0);
        }
    }

    private void awaitUninterrupted() {
        try {
            measured.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String phase() throws IOException {
        Matcher phase = PHASE.matcher(Files.readString(STATE));
        return phase.find() ? phase.group(1) : "unknown";
    }

    private static void respond(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }
}
