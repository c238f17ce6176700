package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A target whose connections are the test's: each is given out when the header section of a request has come on it. */
public final class SocketTarget implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    private final LoopbackServer server = new LoopbackServer("socket-target", this::serve);

    private void serve(Socket socket) throws IOException, InterruptedException {
        socket.setSoTimeout(TIMEOUT_MS);
        InputStream in = socket.getInputStream();
        HttpMessageReader reader = new HttpMessageReader(in);
        HeaderSection section = reader.readHeaderSection().orElseThrow(IOException::new);
        Connection connection = new Connection(socket, section, reader, new CountDownLatch(1));
        connections.add(connection);
        // It is closed behind this.
        connection.over.await();
    }

    public int port() {
        return server.port();
    }

    /** The next request's connection. */
    public Connection next() throws InterruptedException {
        Connection connection = connections.poll(30, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("no request came");
        }
        return connection;
    }

    /** Whether a request has come whose connection nobody has taken. */
    public boolean hasMore() {
        return !connections.isEmpty();
    }

    @Override
    public void close() {
        server.close();
    }

    /**
     * A connection on which a request has come.
     *
     * @param section the request's header section
     */
    public record Connection(Socket socket, HeaderSection section, HttpMessageReader reader, CountDownLatch over)
            implements AutoCloseable {

        /** Values of a field of the request, in order. */
        public List<String> values(String name) {
            return section.values(name);
        }

        public Connection send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return this;
        }

        /** Reads so many bytes. */
        public String read(int length) throws IOException {
            return new String(reader.readFully(length), StandardCharsets.ISO_8859_1);
        }

        /** Whether the other side has ended its direction, or all of the connection. */
        public boolean isAtEnd() throws IOException {
            try {
                return socket.getInputStream().read() < 0;
            } catch (java.net.SocketException reset) {
                return true;
            }
        }

        /** With a reset instead of an end. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
            over.countDown();
        }

        @Override
        public void close() throws IOException {
            socket.close();
            over.countDown();
        }
    }
}
