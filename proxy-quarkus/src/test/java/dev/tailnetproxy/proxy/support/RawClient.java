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
public final class RawClient implements AutoCloseable {

    /** So that a test which waits for nothing ends. */
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final InputStream in;

    /**
     * One response as it came.
     *
     * @param headerSection status line and header lines
     * @param body content, without chunks
     */
    public record ReceivedResponse(List<String> headerSection, Buffer body) {

        public int status() {
            return Integer.parseInt(headerSection.get(0).split(" ", -1)[1]);
        }

        /** Values of a header, in order. */
        public List<String> values(String name) {
            return HeaderSection.values(headerSection, name);
        }

        public String text() {
            return body.toString(StandardCharsets.UTF_8);
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
        List<String> headerSection = headerSection();
        ReceivedResponse response = new ReceivedResponse(headerSection, Buffer.buffer());
        if (toHeadRequest || response.status() == 204 || response.status() == 304 || response.status() < 200) {
            return response;
        }
        if (response.values("transfer-encoding").contains("chunked")) {
            return new ReceivedResponse(headerSection, Buffer.buffer(chunks()));
        }
        List<String> length = response.values("content-length");
        return new ReceivedResponse(
                headerSection,
                Buffer.buffer(length.isEmpty() ? in.readAllBytes() : readFully(Integer.parseInt(length.get(0)))));
    }

    /** Reads only the header section of a response. */
    public List<String> headerSection() throws IOException {
        List<String> headerSection = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headerSection.add(line);
        }
        return headerSection;
    }

    /** Reads so many bytes. */
    public byte[] readFully(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the response ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** Reads all that comes until the other side closes the connection. */
    public String readRemaining() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            all.write(readFully(size));
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
        throw new EOFException("the response ended within a line: " + bytes);
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
