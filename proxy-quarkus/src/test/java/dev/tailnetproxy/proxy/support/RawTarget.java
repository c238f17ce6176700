package dev.tailnetproxy.proxy.support;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A target on a plain socket: records the bytes of each request and responds with the bytes that the test says, so that
 * nothing between the wire and the assertion interprets them.
 */
public final class RawTarget implements AutoCloseable {

    /** What to do with a connection once a request has been read. */
    @FunctionalInterface
    public interface Response {
        /** Writes a response; the connection stays open when this returns true. */
        boolean write(ReceivedRequest request, OutputStream out) throws IOException, InterruptedException;
    }

    /**
     * One request as it came.
     *
     * @param headerSection request line and header lines
     * @param body content
     */
    public record ReceivedRequest(List<String> headerSection, Buffer body) {
        public String requestLine() {
            return headerSection.get(0);
        }

        /** Values of a header, in order. */
        public List<String> values(String name) {
            return HeaderSection.values(headerSection, name);
        }
    }

    /** First byte of a client that speaks TLS (RFC 8446 section 5.1); a line of it may never end. */
    private static final int TLS_HANDSHAKE = 0x16;

    private final List<ReceivedRequest> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Semaphore ended = new Semaphore(0);
    private final LoopbackServer server = new LoopbackServer("raw-target", this::serve);
    private volatile Response response;
    private volatile boolean readsBodies = true;
    private volatile Runnable whenBegun = () -> {};

    public RawTarget(Response response) {
        this.response = response;
    }

    /** A target that responds to every request with these bytes and keeps the connection. */
    public static Response bytes(String text) {
        return (request, out) -> {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        };
    }

    public void responds(Response newResponse) {
        readsBodies = true;
        response = newResponse;
    }

    /** Responses without reading the request's body. */
    public void respondsBeforeBody(Response newResponse) {
        readsBodies = false;
        response = newResponse;
    }

    /** Tells of each header section, before the body is read. */
    public void begins(Runnable told) {
        whenBegun = told;
    }

    public int port() {
        return server.port();
    }

    public List<ReceivedRequest> received() {
        return List.copyOf(received);
    }

    public ReceivedRequest last() {
        return received.get(received.size() - 1);
    }

    /** How many connections were made so far. */
    public int connections() {
        return connections.get();
    }

    /** Waits until one connection more has ended. */
    public boolean awaitConnectionEnd() throws InterruptedException {
        return ended.tryAcquire(20, TimeUnit.SECONDS);
    }

    /** Forgets what was received, and which connections have ended. */
    public void reset() {
        whenBegun = () -> {};
        ended.drainPermits();
        received.clear();
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        connections.incrementAndGet();
        try {
            serveRequests(socket);
        } finally {
            ended.release();
        }
    }

    private void serveRequests(Socket socket) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        in.mark(1);
        if (in.read() == TLS_HANDSHAKE) {
            return;
        }
        in.reset();
        while (true) {
            ReceivedRequest request = read(in);
            if (request == null) {
                return;
            }
            received.add(request);
            boolean keep = response.write(request, out);
            out.flush();
            if (!keep) {
                return;
            }
        }
    }

    private ReceivedRequest read(InputStream in) throws IOException {
        List<String> headerSection = new CopyOnWriteArrayList<>();
        for (String line = line(in); line != null; line = line(in)) {
            if (line.isEmpty() && !readsBodies) {
                return new ReceivedRequest(List.copyOf(headerSection), Buffer.buffer());
            }
            if (line.isEmpty()) {
                whenBegun.run();
                return new ReceivedRequest(
                        List.copyOf(headerSection),
                        Buffer.buffer(body(in, new ReceivedRequest(headerSection, Buffer.buffer()))));
            }
            headerSection.add(line);
        }
        return null;
    }

    private static byte[] body(InputStream in, ReceivedRequest headerSection) throws IOException {
        if (headerSection.values("transfer-encoding").contains("chunked")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                all.write(in.readNBytes(size));
                line(in);
            }
            if (!"".equals(line(in))) {
                throw new IOException("there are trailers, and nobody may send them here");
            }
            return all.toByteArray();
        }
        List<String> lengths = headerSection.values("content-length");
        return lengths.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(lengths.get(0)));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = bytes.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            bytes.write(b);
        }
        return null;
    }

    @Override
    public void close() {
        server.close();
    }
}
