package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageReader;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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
     * @param message the request
     */
    public record ReceivedRequest(HttpMessage message) {

        /** Request line and header lines. */
        public List<String> headerSection() {
            return message.headerSection().lines();
        }

        public Buffer body() {
            return Buffer.buffer(message.body());
        }

        public String requestLine() {
            return message.headerSection().startLine();
        }

        /** Values of a header, in order. */
        public List<String> values(String name) {
            return message.headerSection().values(name);
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
    private volatile boolean acceptsTrailers;
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

    /** Takes trailers from now on; without this they end the connection, because the proxy forwards none. */
    public void acceptTrailers() {
        acceptsTrailers = true;
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
        HttpMessageReader reader = new HttpMessageReader(in);
        for (var request = read(reader); request.isPresent(); request = read(reader)) {
            received.add(request.get());
            boolean keep = response.write(request.get(), out);
            out.flush();
            if (!keep) {
                return;
            }
        }
    }

    private Optional<ReceivedRequest> read(HttpMessageReader in) throws IOException {
        Optional<HeaderSection> headerSection = in.readHeaderSection();
        if (headerSection.isEmpty()) {
            return Optional.empty();
        }
        if (!readsBodies) {
            return Optional.of(new ReceivedRequest(new HttpMessage(headerSection.get())));
        }
        whenBegun.run();
        HttpMessage message = in.readRequestBody(headerSection.get());
        if (!acceptsTrailers && !message.trailers().isEmpty()) {
            throw new IOException("there are trailers, and nobody may send them here");
        }
        return Optional.of(new ReceivedRequest(message));
    }

    @Override
    public void close() {
        server.close();
    }
}
