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
 *   <li>{@code PUT /answer} sets the answer's bytes and forgets what arrived; the query says how the connection goes on
 *       behind them, see {@link Script.Then};
 *   <li>{@code PUT /certificate} opens the TLS port anew with the key of a PKCS 12 file;
 *   <li>{@code GET /arrived} gives {@code connections} since then and the {@code requests}, as {@link
 *       RequestHead#describe} shows them.
 * </ul>
 */
final class ScriptedTarget {

    private final ExecutorService connections;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final InetAddress address;
    private final int tlsPort;
    private volatile Script script = new Script(new byte[0], Script.Then.CLOSE);
    private Optional<ServerSocket> tls = Optional.empty();

    ScriptedTarget(ExecutorService connections, InetAddress address, int tlsPort) {
        this.connections = connections;
        this.address = address;
        this.tlsPort = tlsPort;
    }

    /** Serves all ports, the TLS port as soon as there is a certificate; returns at once. */
    void start(int port, int controlPort) throws IOException {
        ServerSocket server = new ServerSocket(port, 128, address);
        connections.execute(() -> accept(server));
        HttpServer control = HttpServer.create(new InetSocketAddress(controlPort), 0);
        control.createContext("/answer", this::setAnswer);
        control.createContext("/certificate", this::setCertificate);
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
                if (!script.play(connection.getOutputStream())) {
                    return;
                }
                head = RequestHead.read(in);
            }
        } catch (IOException | NumberFormatException peerFault) {
            System.out.println("a connection ended: " + peerFault.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void setAnswer(HttpExchange exchange) throws IOException {
        byte[] answer = exchange.getRequestBody().readAllBytes();
        script = new Script(answer, Script.Then.of(exchange.getRequestURI().getQuery()));
        accepted.set(0);
        arrived.clear();
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

    private void tellArrived(HttpExchange exchange) throws IOException {
        String json = "{\"connections\":" + accepted.get() + ",\"requests\":[" + String.join(",", arrived) + "]}";
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
