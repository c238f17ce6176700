package dev.tailnetproxy.benchmarks.incontainer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A port on loopback, to where tailscaled brings the tailnet's connections; each of them has a thread. */
public final class LoopbackPort {

    private LoopbackPort() {}

    /** What happens on one connection, which ends with it. */
    @FunctionalInterface
    public interface InProcessHandler {
        void serve(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    /**
     * Serves until the process ends.
     *
     * @param listening what is printed when it listens
     * @throws IOException when the port can't be bound
     */
    public static void serve(int port, int backlog, String listening, InProcessHandler handler) throws IOException {
        ExecutorService connections = Executors.newCachedThreadPool();
        try (ServerSocket server = new ServerSocket(port, backlog, InetAddress.getLoopbackAddress())) {
            System.out.println(listening);
            while (true) {
                Socket connection = server.accept();
                connections.execute(() -> serve(connection, handler));
            }
        }
    }

    private static void serve(Socket connection, InProcessHandler handler) {
        try (connection) {
            connection.setTcpNoDelay(true);
            handler.serve(new BufferedInputStream(connection.getInputStream()), connection.getOutputStream());
        } catch (IOException gone) {
            System.out.println("a connection ended: " + gone.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
