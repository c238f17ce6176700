package dev.tailnetproxy.benchmarks.incontainer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The least client that a request needs: one connection, one request after the other. */
public final class KeepAliveConnection implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A connection to a port of this machine. */
    public KeepAliveConnection(int port) throws IOException {
        this(new Socket(), port, TIMEOUT_MILLIS);
    }

    private KeepAliveConnection(Socket socket, int port, int millis) throws IOException {
        this.socket = socket;
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = socket.getOutputStream();
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * A connection to a port of this machine from an address of its own.
     *
     * @param source the address of this machine that the server sees
     * @param port the server's port
     * @param millis longest time for connecting, and for each wait for bytes
     * @throws IOException when it is not accepted in that time
     */
    public static KeepAliveConnection from(InetAddress source, int port, int millis) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        return new KeepAliveConnection(socket, port, millis);
    }

    /**
     * Sets the longest time for each wait for bytes.
     *
     * @param millis that time
     * @throws IOException when the connection has ended
     */
    public void setReadTimeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** A connection through a SOCKS5 server of this machine (RFC 1928), without authentication. */
    static KeepAliveConnection throughSocks(int socksPort, String address, int port) throws IOException {
        return throughSocks(socksPort, address, port, TIMEOUT_MILLIS);
    }

    /**
     * A connection through a SOCKS5 server of this machine (RFC 1928), without authentication.
     *
     * @param socksPort the server's port
     * @param address the IPv4 address behind it
     * @param port the port there
     * @param millis longest time for connecting, and for each wait for bytes
     * @throws IOException when there is no connection in that time
     */
    public static KeepAliveConnection throughSocks(int socksPort, String address, int port, int millis)
            throws IOException {
        KeepAliveConnection connection = new KeepAliveConnection(new Socket(), socksPort, millis);
        try {
            connection.connectThroughSocks(address, port);
            return connection;
        } catch (IOException failure) {
            connection.close();
            throw failure;
        }
    }

    private void connectThroughSocks(String address, int port) throws IOException {
        out.write(new byte[] {5, 1, 0});
        in.readFully(new byte[2]);
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        connect.write(new byte[] {5, 1, 0, 1});
        connect.write(InetAddress.getByName(address).getAddress());
        connect.write(new byte[] {(byte) (port >> 8), (byte) port});
        out.write(connect.toByteArray());
        byte[] reply = new byte[10];
        in.readFully(reply);
        if (reply[1] != 0) {
            throw new IOException("the SOCKS5 server responded " + reply[1]);
        }
    }

    /**
     * Sends a request, header section and body in one, and reads the whole response.
     *
     * @param request its bytes
     * @return the length of the response's body
     * @throws IOException when anything but a 200 comes
     */
    public int exchange(byte[] request) throws IOException {
        out.write(request);
        String status = line();
        int length = 0;
        String error = "";
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            } else if (line.toLowerCase(Locale.ROOT).startsWith("ts-error-")) {
                error += ", " + line;
            }
        }
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the response is " + status + error);
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

    /**
     * A GET.
     *
     * @param path the request's target
     * @param headers header lines besides {@code Host}
     */
    public static byte[] get(String path, String... headers) {
        StringBuilder headerSection = new StringBuilder("GET " + path + " HTTP/1.1\r\nhost: target\r\n");
        for (String header : headers) {
            headerSection.append(header).append("\r\n");
        }
        return headerSection.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
