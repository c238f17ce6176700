package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageReader;
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A caller on a plain socket: sends the bytes that the test says and shows the bytes that come back. */
public final class RawClient implements AutoCloseable {

    /** So that a test which waits for nothing ends. */
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final HttpMessageReader reader;

    /**
     * One response as it came.
     *
     * @param message the response
     */
    public record ReceivedResponse(HttpMessage message) {

        /** Status line and header lines. */
        public List<String> headerSection() {
            return message.headerSection().lines();
        }

        public Buffer body() {
            return Buffer.buffer(message.body());
        }

        public int status() {
            return message.headerSection().status();
        }

        /** Values of a header, in order. */
        public List<String> values(String name) {
            return message.headerSection().values(name);
        }

        public String text() {
            return new String(message.body(), StandardCharsets.UTF_8);
        }

        /** The name of a proxy error, or the status when it is none. */
        public String outcome() {
            return values("ts-error-name").stream().findFirst().orElse(Integer.toString(status()));
        }
    }

    public RawClient(int port) {
        this(port, new Socket());
    }

    /** One with this address of its own. */
    public static RawClient from(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        return new RawClient(port, socket);
    }

    /** One for whom little is kept while it does not read. */
    public static RawClient withSmallBuffer(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        return new RawClient(port, socket);
    }

    private RawClient(int port, Socket socket) {
        this.socket = socket;
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(TIMEOUT_MS);
            in = socket.getInputStream();
            reader = new HttpMessageReader(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads one whole response. */
    public ReceivedResponse response() throws IOException {
        return response(false);
    }

    /** Reads one whole response; one to HEAD has no body, whatever it declares. */
    public ReceivedResponse response(boolean toHeadRequest) throws IOException {
        return new ReceivedResponse(reader.readResponse(toHeadRequest));
    }

    /** Reads only the header section of a response. */
    public List<String> headerSection() throws IOException {
        return reader.readHeaderSection().orElseThrow(EOFException::new).lines();
    }

    /** Reads so many bytes. */
    public byte[] readFully(int length) throws IOException {
        return reader.readFully(length);
    }

    /** Reads all that comes until the other side closes the connection. */
    public String readRemaining() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Sends no more, and still reads. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
