package dev.tailnetproxy.localstack.target;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A private service that takes GitHub's webhooks and verifies their signatures itself: 204 for a right one, 401 for others. A
 * path that ends in {@code /slow} gets no response. A test talks to it on a separate port, outside the tailnet:
 *
 * <ul>
 *   <li>{@code PUT /webhook/secret} sets the secret and forgets what arrived;
 *   <li>{@code PUT /webhook/open} and {@code /webhook/closed} open and close the port, as when the service is away;
 *   <li>{@code GET /webhook/deliveries} gives {@code connections}, how many requests were {@code refused}, and those {@code
 *       accepted}, as {@link ReceivedRequest#describe} shows them.
 * </ul>
 */
final class WebhookReceiver {

    private final ExecutorService connections;
    private final InetAddress address;
    private final int port;
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private volatile Optional<GithubSignature> signature = Optional.empty();
    private Optional<ServerSocket> listener = Optional.empty();

    WebhookReceiver(ExecutorService connections, InetAddress address, int port) {
        this.connections = connections;
        this.address = address;
        this.port = port;
    }

    /** Serves, and listens to a test; returns at once. */
    void start(HttpServer control) throws IOException {
        open();
        control.createContext("/webhook/secret", this::setSecret);
        control.createContext("/webhook/open", exchange -> {
            open();
            done(exchange);
        });
        control.createContext("/webhook/closed", exchange -> {
            close();
            done(exchange);
        });
        control.createContext("/webhook/deliveries", this::listDeliveries);
    }

    private synchronized void open() throws IOException {
        if (listener.isPresent()) {
            return;
        }
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(address, port));
        listener = Optional.of(server);
        connections.execute(() -> accept(server));
    }

    private synchronized void close() throws IOException {
        if (listener.isPresent()) {
            listener.get().close();
            listener = Optional.empty();
        }
    }

    private void accept(ServerSocket server) {
        while (true) {
            try {
                Socket connection = server.accept();
                connected.incrementAndGet();
                connections.execute(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One request for each connection, so that none is left when the service is away. */
    private void serve(Socket connection) {
        try (connection) {
            HttpMessageReader in = new HttpMessageReader(new BufferedInputStream(connection.getInputStream()));
            Optional<ReceivedRequest> request = ReceivedRequest.read(in);
            if (request.isEmpty()) {
                return;
            }
            if (request.get().path().endsWith("/slow")) {
                // Ends when the peer gives up.
                connection.getInputStream().read();
                return;
            }
            String status = isGenuine(request.get()) ? "204 No Content" : "401 Unauthorized";
            connection
                    .getOutputStream()
                    .write(("HTTP/1.1 " + status + "\r\nx-internal: receiver\r\nconnection: close\r\n"
                                    + (status.startsWith("204") ? "" : "content-length: 0\r\n") + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | NumberFormatException peerFault) {
            System.out.println("a connection ended: " + peerFault.getMessage());
        }
    }

    private boolean isGenuine(ReceivedRequest request) {
        boolean genuine = signature.isPresent()
                && signature.get().matches(request.field("x-hub-signature-256").orElse(""), request.body());
        if (genuine) {
            accepted.add(request.describe());
        } else {
            refused.incrementAndGet();
        }
        return genuine;
    }

    private void setSecret(HttpExchange exchange) throws IOException {
        String secret = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        signature = Optional.of(new GithubSignature(secret));
        connected.set(0);
        refused.set(0);
        accepted.clear();
        done(exchange);
    }

    private static void done(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private void listDeliveries(HttpExchange exchange) throws IOException {
        String json = "{\"connections\":" + connected.get() + ",\"refused\":" + refused.get() + ",\"accepted\":["
                + String.join(",", accepted) + "]}";
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
