package dev.tailnetproxy.localstack.target;

import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Tells clients their source address, as services on the internet do that show a network its public
 * address. It prints a line for each connection, whether a request follows or not.
 */
public final class ClientAddressService {

    /** The prefix of its lines; the address follows. */
    public static final String CONNECTION = "connection from ";

    private ClientAddressService() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments the port, on all addresses
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        ExecutorService connections = Executors.newCachedThreadPool();
        try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[0]))) {
            System.out.println("the service listens on port " + server.getLocalPort());
            while (true) {
                Socket connection = server.accept();
                System.out.println(CONNECTION + clientAddress(connection));
                connections.execute(() -> respond(connection));
            }
        }
    }

    private static void respond(Socket connection) {
        try (connection) {
            if (new HttpMessageReader(new BufferedInputStream(connection.getInputStream()))
                    .readHeaderSection()
                    .isPresent()) {
                new TargetResponse(
                                200,
                                List.of(Map.entry("Connection", "close")),
                                clientAddress(connection).getBytes(StandardCharsets.US_ASCII))
                        .writeTo(connection.getOutputStream(), false);
            }
        } catch (IOException clientFault) {
            System.out.println("a connection ended: " + clientFault.getMessage());
        }
    }

    private static String clientAddress(Socket connection) {
        return connection.getInetAddress().getHostAddress();
    }
}
