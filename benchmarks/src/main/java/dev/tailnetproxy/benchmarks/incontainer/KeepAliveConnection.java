package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessageReader;
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
import java.util.stream.Collectors;

/** The least client that a request needs: one connection, one request after the other. */
public final class KeepAliveConnection implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final HttpMessageReader reader;
    private final OutputStream out;
    /** A stream that skips reads in pieces that are much smaller. */
    private final byte[] piece = new byte[16 * 1024];

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
            reader = new HttpMessageReader(in);
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
        HeaderSection response =
                reader.readHeaderSection().orElseThrow(() -> new EOFException("there is no response before the end"));
        if (!response.startLine().startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the response is " + response.startLine() + errors(response));
        }
        int length = response.contentLength().orElse(0);
        for (int left = length; left > 0; left -= Math.min(left, piece.length)) {
            in.readFully(piece, 0, Math.min(left, piece.length));
        }
        return length;
    }

    private static String errors(HeaderSection response) {
        return response.fields().stream()
                .filter(field -> field.name().toLowerCase(Locale.ROOT).startsWith("ts-error-"))
                .map(field -> ", " + field.name() + ": " + field.value())
                .collect(Collectors.joining());
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
