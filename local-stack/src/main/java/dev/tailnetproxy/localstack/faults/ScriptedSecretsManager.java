package dev.tailnetproxy.localstack.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Responses GetSecretValue by a script, for what a working Secrets Manager can't be made to do. Each argument is one
 * response, the last one is repeated:
 *
 * <ul>
 *   <li>{@code secret} gives the secret from the file {@code /var/faults/secret};
 *   <li>{@code slow:MILLISECONDS} gives it after that time;
 *   <li>{@code error:STATUS:NAME} gives an AWS error;
 *   <li>{@code garbage} gives what is no JSON.
 * </ul>
 */
public final class ScriptedSecretsManager {

    private static final int PORT = 5000;
    private static final Path SECRET = Path.of("/var/faults/secret");

    private final List<String> script;
    private final AtomicInteger position = new AtomicInteger();

    private ScriptedSecretsManager(List<String> script) {
        this.script = List.copyOf(script);
    }

    /**
     * Serves until the process ends.
     *
     * @param script the responses, in order
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] script) throws IOException {
        ScriptedSecretsManager responses = new ScriptedSecretsManager(List.of(script));
        HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", responses::respond);
        server.start();
        System.out.println("the scripted Secrets Manager listens");
    }

    private void respond(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String step = script.get(Math.min(position.getAndIncrement(), script.size() - 1));
        System.out.println("responding with " + step);
        String[] parts = step.split(":", 3);
        switch (parts[0]) {
            case "slow" -> {
                pause(Long.parseLong(parts[1]));
                send(exchange, 200, secret());
            }
            case "error" ->
                send(
                        exchange,
                        Integer.parseInt(parts[1]),
                        "{\"__type\":\"" + parts[2] + "\",\"message\":\"refused by the script\"}");
            case "garbage" -> send(exchange, 200, "<html>not what was asked for");
            default -> send(exchange, 200, secret());
        }
    }

    /** The delay itself is tested. */
    private static void pause(long milliseconds) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private static String secret() throws IOException {
        return "{\"SecretString\":\"" + Files.readString(SECRET).strip() + "\"}";
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
