package dev.tailnetproxy.benchmarks.inside;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The least client that a request needs: one connection, one request after the other. */
final class KeepAliveConnection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A connection to a port of this machine. */
    KeepAliveConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /** A connection through a SOCKS5 server of this machine (RFC 1928), without authentication. */
    static KeepAliveConnection throughSocks(int socksPort, String address, int port) throws IOException {
        KeepAliveConnection connection = new KeepAliveConnection(socksPort);
        connection.out.write(new byte[] {5, 1, 0});
        connection.in.readFully(new byte[2]);
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        connect.write(new byte[] {5, 1, 0, 1});
        connect.write(InetAddress.getByName(address).getAddress());
        connect.write(new byte[] {(byte) (port >> 8), (byte) port});
        connection.out.write(connect.toByteArray());
        byte[] reply = new byte[10];
        connection.in.readFully(reply);
        if (reply[1] != 0) {
            throw new IOException("the SOCKS5 server answered " + reply[1]);
        }
        return connection;
    }

    /** Sends a request, head and body in one, and reads the whole answer; gives the length of its body. */
    int exchange(byte[] request) throws IOException {
        out.write(request);
        String status = line();
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the answer is " + status);
        }
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        in.skipNBytes(length);
        return length;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended within a line");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    static byte[] get(String path, String... headers) {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nhost: target\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
