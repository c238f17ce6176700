package dev.tailnetproxy.integration.target;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
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
 * A target that answers every request with the bytes that a test has set, and remembers what arrived. The test talks to
 * it on a port of its own, past the tailnet:
 *
 * <ul>
 *   <li>{@code PUT /answer} sets the answer's bytes and forgets what arrived; with {@code ?close} the connection ends
 *       behind the answer;
 *   <li>{@code GET /arrived} gives {@code connections} since then and the {@code requests}, as {@link
 *       RequestHead#describe} shows them.
 * </ul>
 */
final class ScriptedTarget {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Script(byte[] answer, boolean close) {}

    private final ExecutorService connections;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private volatile Script script = new Script(new byte[0], true);

    ScriptedTarget(ExecutorService connections) {
        this.connections = connections;
    }

    /** Serves both ports; returns at once. */
    void start(int port, int controlPort) throws IOException {
        ServerSocket server = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
        connections.execute(() -> accept(server));
        HttpServer control = HttpServer.create(new InetSocketAddress(controlPort), 0);
        control.createContext("/answer", this::setAnswer);
        control.createContext("/arrived", this::tellArrived);
        control.start();
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
            InputStream in = new BufferedInputStream(connection.getInputStream());
            Optional<RequestHead> head = RequestHead.read(in);
            while (head.isPresent()) {
                arrived.add(head.get().describe(head.get().readBody(in)));
                Script now = script;
                connection.getOutputStream().write(now.answer());
                connection.getOutputStream().flush();
                if (now.close()) {
                    return;
                }
                head = RequestHead.read(in);
            }
        } catch (IOException | NumberFormatException peerFault) {
            System.out.println("a connection ended: " + peerFault.getMessage());
        }
    }

    private void setAnswer(HttpExchange exchange) throws IOException {
        byte[] answer = exchange.getRequestBody().readAllBytes();
        script = new Script(answer, "close".equals(exchange.getRequestURI().getQuery()));
        accepted.set(0);
        arrived.clear();
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private void tellArrived(HttpExchange exchange) throws IOException {
        String json = "{\"connections\":" + accepted.get() + ",\"requests\":[" + String.join(",", arrived) + "]}";
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
