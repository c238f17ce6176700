package dev.tailnetproxy.benchmarks.incontainer;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to the target of plain TCP connections, through a forward or through SOCKS5. */
final class EchoConnection implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private EchoConnection(int port) throws IOException {
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /** @param command what the target does with it */
    static EchoConnection throughForward(int port, String command) throws IOException {
        EchoConnection connection = new EchoConnection(port);
        connection.command(command);
        return connection;
    }

    /** @param command what the target does with it */
    static EchoConnection throughSocks(int socksPort, String address, int port, String command) throws IOException {
        EchoConnection connection = new EchoConnection(socksPort);
        connection.out.write(new byte[] {5, 1, 0});
        connection.in.readFully(new byte[2]);
        byte[] host = InetAddress.getByName(address).getAddress();
        connection.out.write(
                new byte[] {5, 1, 0, 1, host[0], host[1], host[2], host[3], (byte) (port >> 8), (byte) port});
        byte[] reply = new byte[10];
        connection.in.readFully(reply);
        if (reply[1] != 0) {
            connection.close();
            throw new IOException("the SOCKS5 server responded " + reply[1]);
        }
        connection.command(command);
        return connection;
    }

    private void command(String command) throws IOException {
        out.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a byte and waits until it is back. */
    void exchange() throws IOException {
        out.write('x');
        if (in.read() != 'x') {
            throw new EOFException("the byte did not come back");
        }
    }

    /** Reads so many bytes. */
    void receive(long length) throws IOException {
        byte[] piece = new byte[64 * 1024];
        long left = length;
        while (left > 0) {
            int size = in.read(piece);
            if (size < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            left -= size;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
