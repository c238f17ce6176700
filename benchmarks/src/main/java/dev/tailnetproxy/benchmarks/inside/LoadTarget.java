package dev.tailnetproxy.benchmarks.inside;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A target with a limit of its own: it takes the same time for every answer. {@code /N} answers N bytes; what is sent to
 * it is read and counted in {@code x-received}.
 */
public final class LoadTarget {

    private final int millis;

    private LoadTarget(int millis) {
        this.millis = millis;
    }

    /**
     * Serves until the process ends.
     *
     * @param arguments port, and the milliseconds that it takes for each answer
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        LoadTarget target = new LoadTarget(Integer.parseInt(arguments[1]));
        ExecutorService connections = Executors.newCachedThreadPool();
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[0]), 1000, InetAddress.getLoopbackAddress())) {
            System.out.println("the load target listens");
            while (true) {
                Socket connection = server.accept();
                connections.execute(() -> target.serve(connection));
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int length = Integer.parseInt(line.split(" ", -1)[1].substring(1));
                long received = skipRest(in);
                Thread.sleep(millis);
                byte[] head = ("HTTP/1.1 200 OK\r\ncontent-length: " + length + "\r\nx-received: " + received
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                byte[] answer = new byte[head.length + length];
                System.arraycopy(head, 0, answer, 0, head.length);
                out.write(answer);
            }
        } catch (IOException gone) {
            System.out.println("a connection ended: " + gone.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static long skipRest(InputStream in) throws IOException {
        long length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Long.parseLong(
                        line.substring("content-length:".length()).strip());
            }
        }
        in.skipNBytes(length);
        return length;
    }

    /** A line, empty at the end of the connection. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
