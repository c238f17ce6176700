package dev.tailnetproxy.proxy.support;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A caller on a plain socket: sends the bytes that the test says and shows the bytes that come back. */
public final class RawCaller implements AutoCloseable {

    /** So that a test which waits for nothing ends. */
    private static final int PATIENCE_MS = 30_000;

    private final Socket socket;
    private final InputStream in;

    /**
     * One answer as it came.
     *
     * @param head status line and header lines
     * @param body content, without chunks
     */
    public record Reply(List<String> head, Buffer body) {

        public int status() {
            return Integer.parseInt(head.get(0).split(" ", -1)[1]);
        }

        /** Values of a header, in order. */
        public List<String> values(String name) {
            return HeaderLines.values(head, name);
        }

        public String text() {
            return body.toString(StandardCharsets.UTF_8);
        }

        /** The name of a proxy error, or the status when it is none. */
        public String outcome() {
            return values("ts-error-name").stream().findFirst().orElse(Integer.toString(status()));
        }
    }

    public RawCaller(int port) {
        this(port, new Socket());
    }

    /** One with this address of its own. */
    public static RawCaller from(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        return new RawCaller(port, socket);
    }

    /** One for whom little is kept while it does not read. */
    public static RawCaller withSmallBuffer(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        return new RawCaller(port, socket);
    }

    private RawCaller(int port, Socket socket) {
        this.socket = socket;
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(PATIENCE_MS);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawCaller send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawCaller send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads one whole answer. */
    public Reply reply() throws IOException {
        return reply(false);
    }

    /** Reads one whole answer; one to HEAD has no body, whatever it declares. */
    public Reply reply(boolean toHead) throws IOException {
        List<String> head = head();
        Reply reply = new Reply(head, Buffer.buffer());
        if (toHead || reply.status() == 204 || reply.status() == 304 || reply.status() < 200) {
            return reply;
        }
        if (reply.values("transfer-encoding").contains("chunked")) {
            return new Reply(head, Buffer.buffer(chunks()));
        }
        List<String> length = reply.values("content-length");
        return new Reply(
                head, Buffer.buffer(length.isEmpty() ? in.readAllBytes() : whole(Integer.parseInt(length.get(0)))));
    }

    /** Reads the head of an answer only. */
    public List<String> head() throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.add(line);
        }
        return head;
    }

    /** Reads so many bytes. */
    public byte[] whole(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** Reads all that comes until the other side closes the connection. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            all.write(whole(size));
            line();
        }
        line();
        return all.toByteArray();
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = bytes.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            bytes.write(b);
        }
        throw new EOFException("the answer ended within a line: " + bytes);
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
