package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.function.address.Port;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A SOCKS5 server (RFC 1928) on a free loopback port that is itself the target of its connections, one after the other: a
 * client that has the response before it knows that its request is sent closes the connection. It knows nothing but the
 * requests of {@link Priming}, and responds to anything.
 */
final class PrimingTarget implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 1000;
    private static final int VERSION_AND_COMMAND = 4;
    private static final int IPV4_ADDRESS_AND_PORT = 6;
    private static final String END_OF_HEADER_SECTION = "\r\n\r\n";
    private static final String BODY = "priming";
    private static final byte[] RESPONSE = ("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: "
                    + BODY.length() + END_OF_HEADER_SECTION + BODY)
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener;

    private PrimingTarget(ServerSocket listener) {
        this.listener = listener;
    }

    /** Opens it. */
    static PrimingTarget open() throws IOException {
        PrimingTarget target = new PrimingTarget(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(target::serve, "priming-target");
        thread.setDaemon(true);
        thread.start();
        return target;
    }

    String host() {
        return listener.getInetAddress().getHostAddress();
    }

    Port port() {
        return new Port(listener.getLocalPort());
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket connection = listener.accept()) {
                respond(connection);
            } catch (IOException over) {
                // The client has closed the connection, or priming is over; who sends the requests says why.
            }
        }
    }

    private static void respond(Socket connection) throws IOException {
        connection.setTcpNoDelay(true);
        connection.setSoTimeout(TIMEOUT_MILLIS);
        DataInputStream in = new DataInputStream(new BufferedInputStream(connection.getInputStream()));
        OutputStream out = connection.getOutputStream();
        in.readByte();
        in.skipNBytes(in.readUnsignedByte());
        out.write(new byte[] {5, 0});
        in.skipNBytes(VERSION_AND_COMMAND + IPV4_ADDRESS_AND_PORT);
        out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        while (true) {
            readRequest(in);
            out.write(RESPONSE);
        }
    }

    private static void readRequest(DataInputStream in) throws IOException {
        int matched = 0;
        while (matched < END_OF_HEADER_SECTION.length()) {
            int read = in.readUnsignedByte();
            matched = read == END_OF_HEADER_SECTION.charAt(matched) ? matched + 1 : read == '\r' ? 1 : 0;
        }
        in.skipNBytes(BODY.length());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
