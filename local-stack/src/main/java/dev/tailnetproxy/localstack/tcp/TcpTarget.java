package dev.tailnetproxy.localstack.tcp;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A target that does with each connection what its first line says:
 *
 * <ul>
 *   <li>{@code echo} sends each byte back at once, and ends its side when the client has ended its own;
 *   <li>{@code store} sends everything back when the client has ended its side;
 *   <li>{@code source N} sends N bytes of the {@link Payload}, {@code sent} tells how many it has sent so far;
 *   <li>{@code digest} responds to N bytes and the client's end with their digest;
 *   <li>{@code reset N} sends N bytes and resets the connection when the client has sent a byte more.
 * </ul>
 */
public final class TcpTarget {

    private static final int BACKLOG = 512;

    private final ExecutorService connections;
    private final InetAddress address;
    private final int port;
    private final AtomicLong sent = new AtomicLong();

    /**
     * One that is not started.
     *
     * @param connections runs a task for each connection
     * @param port where it listens; 0 for any port that is free
     */
    public TcpTarget(ExecutorService connections, InetAddress address, int port) {
        this.connections = connections;
        this.address = address;
        this.port = port;
    }

    /**
     * Serves until the process ends.
     *
     * @return the port that it listens on
     */
    public int start() throws IOException {
        ServerSocket server = new ServerSocket(port, BACKLOG, address);
        connections.execute(() -> accept(server));
        return server.getLocalPort();
    }

    private void accept(ServerSocket server) {
        try (server) {
            while (true) {
                Socket connection = server.accept();
                connections.execute(() -> serve(connection));
            }
        } catch (IOException failure) {
            System.out.println("the TCP target has ended: " + failure.getMessage());
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = connection.getInputStream();
            String[] line = readLine(in).split(" ", -1);
            OutputStream out = connection.getOutputStream();
            switch (line[0]) {
                case "echo" -> in.transferTo(out);
                case "store" -> store(in, out);
                case "source" -> Payload.write(out, Long.parseLong(line[1]), sent::set);
                case "sent" -> out.write((sent.get() + "\n").getBytes(StandardCharsets.US_ASCII));
                case "digest" -> out.write((Payload.digest(in) + "\n").getBytes(StandardCharsets.US_ASCII));
                case "reset" -> reset(connection, Long.parseLong(line[1]));
                default -> System.out.println("the TCP target does not know: " + line[0]);
            }
            out.flush();
        } catch (IOException | NumberFormatException peerFault) {
            System.out.println("a connection ended: " + peerFault.getMessage());
        }
    }

    private static void store(InputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        in.transferTo(stored);
        BufferedOutputStream buffered = new BufferedOutputStream(out);
        stored.writeTo(buffered);
        buffered.flush();
    }

    private static void reset(Socket connection, long length) throws IOException {
        Payload.write(connection.getOutputStream(), length, done -> {});
        // A reset drops what is on the way; the client says when it has everything.
        if (connection.getInputStream().read() >= 0) {
            connection.setSoLinger(true, 0);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
