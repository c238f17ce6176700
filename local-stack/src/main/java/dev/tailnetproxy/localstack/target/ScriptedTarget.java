package dev.tailnetproxy.localstack.target;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A target that responds to every request with the bytes that a test has set, and remembers what arrived. The test talks to
 * it on a separate port, outside the tailnet:
 *
 * <ul>
 *   <li>{@code PUT /response} sets the response's bytes and forgets what arrived; the query says how the connection goes on
 *       behind them, see {@link ScriptedResponse.Continuation};
 *   <li>{@code PUT /certificate} opens the TLS port anew with the key of a PKCS 12 file;
 *   <li>{@code GET /requests} gives {@code connections} since then and the {@code requests}, as {@link
 *       ReceivedRequest#describe} shows them.
 * </ul>
 */
final class ScriptedTarget {

    private final ExecutorService connections;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final InetAddress address;
    private final int tlsPort;
    private ScriptedResponse scripted = new ScriptedResponse(new byte[0], ScriptedResponse.Continuation.CLOSE);
    private Optional<ServerSocket> tls = Optional.empty();

    ScriptedTarget(ExecutorService connections, InetAddress address, int tlsPort) {
        this.connections = connections;
        this.address = address;
        this.tlsPort = tlsPort;
    }

    /** Serves both ports, the TLS port as soon as there is a certificate, and listens to a test; returns at once. */
    void start(int port, HttpServer control) throws IOException {
        ServerSocket server = new ServerSocket(port, 128, address);
        connections.execute(() -> accept(server));
        control.createContext("/response", this::setResponse);
        control.createContext("/certificate", this::setCertificate);
        control.createContext("/requests", this::listRequests);
    }

    private void accept(ServerSocket server) {
        while (true) {
            try {
                Socket connection = server.accept();
                accepted.incrementAndGet();
                connections.execute(() -> serve(connection));
            } catch (IOException closed) {
                System.out.println("the scripted target stopped: " + closed.getMessage());
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            HttpMessageReader in = new HttpMessageReader(new BufferedInputStream(connection.getInputStream()));
            Optional<ReceivedRequest> request = ReceivedRequest.read(in);
            while (request.isPresent()) {
                received.add(request.get().describe());
                if (!awaitResponse().writeTo(connection.getOutputStream())) {
                    return;
                }
                request = ReceivedRequest.read(in);
            }
        } catch (IOException | NumberFormatException peerFault) {
            System.out.println("a connection ended: " + peerFault.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized ScriptedResponse awaitResponse() throws InterruptedException {
        while (scripted.continuation() == ScriptedResponse.Continuation.HOLD) {
            wait();
        }
        return scripted;
    }

    private synchronized void set(ScriptedResponse response) {
        scripted = response;
        notifyAll();
    }

    private void setResponse(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        set(new ScriptedResponse(
                bytes, ScriptedResponse.Continuation.of(exchange.getRequestURI().getQuery())));
        accepted.set(0);
        received.clear();
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private synchronized void setCertificate(HttpExchange exchange) throws IOException {
        byte[] pkcs12 = exchange.getRequestBody().readAllBytes();
        if (tls.isPresent()) {
            tls.get().close();
        }
        ServerSocket listener = TlsListener.open(address, tlsPort, pkcs12);
        tls = Optional.of(listener);
        connections.execute(() -> accept(listener));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private void listRequests(HttpExchange exchange) throws IOException {
        String json = "{\"connections\":" + accepted.get() + ",\"requests\":[" + String.join(",", received) + "]}";
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
