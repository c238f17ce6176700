package dev.tailnetproxy.localstack.target;

import com.sun.net.httpserver.HttpServer;
import dev.tailnetproxy.localstack.tcp.TcpTarget;
import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * A private service that shows its clients exactly what arrived. It speaks HTTP/1.1 straight on the socket, because an
 * HTTP library would repair the malformed messages that tests need.
 *
 * <ul>
 *   <li>a path with {@code /echo} in it describes the request, see {@link ReceivedRequest#describe};
 *   <li>{@code /bytes} gives all 256 byte values, {@code /body} the request's own body back;
 *   <li>{@code /cookies} sets two cookies, {@code /status/N} responds with a status;
 *   <li>{@code /challenge} asks for credentials, with header fields whose names AWS keeps for itself;
 *   <li>{@code /hello} greets, {@code /websocket} sends the messages of a WebSocket connection back.
 * </ul>
 */
public final class TargetService {

    /** The text of {@code /hello}. */
    public static final String HELLO = "hello from a private machine\n";

    private static final String WEBSOCKET = "/websocket";

    /** The variable that names the port of {@link WebhookReceiver}; without it there is none. */
    public static final String WEBHOOK_PORT_VARIABLE = "WEBHOOK_PORT";

    /** The variable that names the port of {@link TcpTarget}; without it there is none. */
    public static final String TCP_PORT_VARIABLE = "TCP_PORT";

    private TargetService() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments four ports: of this service and of {@link ScriptedTarget}, without and with TLS, and the one on
     *     which a test talks to the scripted target. The first three are on loopback, to where tailscaled brings the
     *     tailnet's connections, unless a fifth argument names another address of this machine
     * @throws IOException when a port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        InetAddress address =
                arguments.length > 4 ? InetAddress.getByName(arguments[4]) : InetAddress.getLoopbackAddress();
        ExecutorService connections = Executors.newCachedThreadPool();
        HttpServer control = HttpServer.create(new InetSocketAddress(Integer.parseInt(arguments[3])), 0);
        new ScriptedTarget(connections, address, Integer.parseInt(arguments[2]))
                .start(Integer.parseInt(arguments[1]), control);
        String webhooks = System.getenv(WEBHOOK_PORT_VARIABLE);
        if (webhooks != null) {
            new WebhookReceiver(connections, address, Integer.parseInt(webhooks)).start(control);
        }
        String tcp = System.getenv(TCP_PORT_VARIABLE);
        if (tcp != null) {
            new TcpTarget(connections, address, Integer.parseInt(tcp)).start();
        }
        control.start();
        try (ServerSocket server = new ServerSocket(port, 128, address)) {
            System.out.println("the target listens on port " + port);
            while (true) {
                Socket connection = server.accept();
                connections.execute(() -> serve(connection));
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream bytes = new BufferedInputStream(connection.getInputStream());
            HttpMessageReader in = new HttpMessageReader(bytes);
            OutputStream out = connection.getOutputStream();
            Optional<ReceivedRequest> request = ReceivedRequest.read(in);
            while (request.isPresent()) {
                if (request.get().path().equals(WEBSOCKET)) {
                    WebSocketEcho.serve(request.get(), bytes, out);
                    return;
                }
                respond(request.get()).writeTo(out, request.get().isHead());
                request = ReceivedRequest.read(in);
            }
        } catch (IOException | NumberFormatException peerFault) {
            System.out.println("a connection ended: " + peerFault.getMessage());
        }
    }

    private static TargetResponse respond(ReceivedRequest request) {
        String path = request.path();
        if (path.contains("/echo")) {
            return new TargetResponse(
                    200,
                    List.of(Map.entry("Content-Type", "application/json")),
                    request.describe().getBytes(StandardCharsets.UTF_8));
        }
        if (path.startsWith("/status/")) {
            int status = Integer.parseInt(path.substring("/status/".length()));
            return TargetResponse.text(status, "status " + status + "\n");
        }
        return switch (path) {
            case "/hello" -> TargetResponse.text(200, HELLO);
            case "/bytes" ->
                new TargetResponse(
                        200, List.of(Map.entry("Content-Type", "application/octet-stream")), allByteValues());
            case "/body" ->
                new TargetResponse(
                        200,
                        List.of(Map.entry(
                                "Content-Type", request.field("content-type").orElse("application/octet-stream"))),
                        request.body());
            case "/cookies" ->
                new TargetResponse(
                        200,
                        List.of(
                                Map.entry("Set-Cookie", "a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
                                Map.entry("Set-Cookie", "b=\"2, 3\"; HttpOnly")),
                        new byte[0]);
            case "/challenge" ->
                new TargetResponse(
                        401,
                        List.of(
                                Map.entry("WWW-Authenticate", "Basic realm=\"private, still\""),
                                Map.entry("Date", "Wed, 21 Oct 2015 07:28:00 GMT"),
                                Map.entry("Server", "target/1"),
                                Map.entry("Content-Type", "text/plain")),
                        "who are you?\n".getBytes(StandardCharsets.UTF_8));
            default -> TargetResponse.text(404, "nothing at " + path + "\n");
        };
    }

    private static byte[] allByteValues() {
        byte[] values = new byte[256];
        IntStream.range(0, 256).forEach(value -> values[value] = (byte) value);
        return values;
    }
}
