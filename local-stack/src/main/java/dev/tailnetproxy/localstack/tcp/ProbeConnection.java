package dev.tailnetproxy.localstack.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A connection to a {@link TcpTarget} with a command as its first line. */
final class ProbeConnection implements AutoCloseable {

    private static final int CONNECT_MILLIS = 1000;

    private final Socket socket;

    /** How a connection has ended. */
    enum End {
        /** In order. */
        END,
        RESET,
        /** Not within the time that the reader waits. */
        SILENCE
    }

    private ProbeConnection(Socket socket) {
        this.socket = socket;
    }

    /**
     * Opens one to the first address of a name that takes it.
     *
     * @param name is resolved for each connection, as a client that reconnects does
     */
    static ProbeConnection open(String name, int port, String command) throws IOException {
        IOException last = new IOException(name + " has no address");
        for (InetAddress address : InetAddress.getAllByName(name)) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                socket.setTcpNoDelay(true);
                if (!command.isEmpty()) {
                    socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
                }
                return new ProbeConnection(socket);
            } catch (IOException failure) {
                socket.close();
                last = failure;
            }
        }
        throw last;
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /** Ends this side; the other may go on. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** @param millis how long a read waits; 0 means without end */
    ProbeConnection timeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    /** Sends a byte and returns the one that comes back. */
    int exchange(int single) throws IOException {
        out().write(single);
        return in().read();
    }

    /** Reads what there is to read, and tells how it ended. */
    End awaitEnd() throws IOException {
        try {
            in().transferTo(OutputStream.nullOutputStream());
            return End.END;
        } catch (SocketTimeoutException silent) {
            return End.SILENCE;
        } catch (SocketException reset) {
            return End.RESET;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
