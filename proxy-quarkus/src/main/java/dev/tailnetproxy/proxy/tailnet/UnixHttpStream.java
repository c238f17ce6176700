package dev.tailnetproxy.proxy.tailnet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * One HTTP/1.1 request without content over a unix socket, and the response's body as a stream. The JDK's own HTTP
 * client knows no unix sockets, and netty's need a native library that does not load in a native executable; this is all
 * the LocalAPI needs.
 *
 * <p>Not for use by several threads, except that {@link #close} may come from any.
 */
final class UnixHttpStream extends InputStream {

    private static final int MAX_LINE = 16 * 1024;

    /** What tells where the body ends (RFC 9112 section 6.3). */
    private enum Framing {
        UNTIL_CLOSE,
        BY_LENGTH,
        CHUNKED
    }

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();
    private final Duration readTimeout;
    private int status;
    private Framing framing = Framing.UNTIL_CLOSE;

    /** Bytes left of the body or of the current chunk, where there are such lengths. */
    private long remaining;

    private boolean ended;

    private UnixHttpStream(SocketChannel channel, Selector selector, Duration readTimeout) {
        this.channel = channel;
        this.selector = selector;
        this.readTimeout = readTimeout;
    }

    /**
     * Sends the request and reads the header section of the response.
     *
     * @param readTimeout how long to wait for each piece of the response
     * @throws IOException when there is no such socket, nobody responds in time, or the response is not HTTP
     */
    static UnixHttpStream get(Path socket, String host, String path, Duration readTimeout) throws IOException {
        UnixHttpStream stream = send("GET", socket, host, path, readTimeout);
        try {
            stream.readHeaderSection();
            return stream;
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /**
     * Sends the request and does not wait: {@link #readHeaderSection} comes before everything else that is read.
     *
     * @param readTimeout how long to wait for each piece of the response, from when it is asked for
     */
    static UnixHttpStream send(String method, Path socket, String host, String path, Duration readTimeout)
            throws IOException {
        UnixHttpStream stream = open(readTimeout);
        try {
            stream.channel.connect(UnixDomainSocketAddress.of(socket));
            stream.channel.configureBlocking(false);
            stream.channel.register(stream.selector, SelectionKey.OP_READ);
            String length = method.equals("GET") ? "" : "Content-Length: 0\r\n";
            String request =
                    method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + length + "\r\n";
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                stream.channel.write(bytes);
            }
            return stream;
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private static UnixHttpStream open(Duration readTimeout) throws IOException {
        Selector selector = Selector.open();
        try {
            return new UnixHttpStream(SocketChannel.open(StandardProtocolFamily.UNIX), selector, readTimeout);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }

    int status() {
        return status;
    }

    /** Waits for more bytes, or the end; false when none of it comes in this time. */
    boolean await(Duration atMost) throws IOException {
        if (buffer.hasRemaining() || !channel.isOpen()) {
            return true;
        }
        boolean ready = selector.select(atMost.toMillis()) > 0 || !channel.isOpen();
        selector.selectedKeys().clear();
        return ready;
    }

    /** Whether more bytes have arrived already. */
    boolean hasBuffered() {
        return buffer.hasRemaining();
    }

    /** Lets a selector know when a piece of the response has come; the key's attachment is this. */
    void registerWith(Selector other) throws IOException {
        channel.register(other, SelectionKey.OP_READ, this);
    }

    /** Waits for the status and the header section. */
    void readHeaderSection() throws IOException {
        String statusLine = line();
        String[] parts = statusLine.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("the response is not HTTP/1.1");
        }
        status = Integer.parseInt(parts[1]);
        for (String field = line(); !field.isEmpty(); field = line()) {
            String lowerCase = field.toLowerCase(Locale.ROOT);
            if (lowerCase.startsWith("transfer-encoding:") && lowerCase.endsWith("chunked")) {
                framing = Framing.CHUNKED;
            } else if (lowerCase.startsWith("content-length:") && framing != Framing.CHUNKED) {
                framing = Framing.BY_LENGTH;
                remaining =
                        number(lowerCase.substring("content-length:".length()).strip(), 10);
            }
        }
        if (framing == Framing.CHUNKED) {
            remaining = 0;
        }
    }

    private static long number(String text, int radix) throws IOException {
        try {
            long number = Long.parseUnsignedLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("not a length in the response's framing", e);
        }
        throw new IOException("a length in the response's framing is too large");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (ended || !advanceToData()) {
            return -1;
        }
        if (!buffer.hasRemaining() && !fill()) {
            if (framing == Framing.UNTIL_CLOSE) {
                ended = true;
                return -1;
            }
            throw new IOException("the response ended early");
        }
        int count = Math.min(length, buffer.remaining());
        if (framing != Framing.UNTIL_CLOSE) {
            count = (int) Math.min(count, remaining);
            remaining -= count;
        }
        buffer.get(target, offset, count);
        if (framing == Framing.CHUNKED && remaining == 0) {
            line();
        }
        return count;
    }

    /** Moves to the next byte of the body; false at its end. */
    private boolean advanceToData() throws IOException {
        if (remaining == 0 && framing == Framing.CHUNKED) {
            String size = line();
            int extension = size.indexOf(';');
            remaining = number(
                    extension < 0 ? size.strip() : size.substring(0, extension).strip(), 16);
        }
        ended = framing != Framing.UNTIL_CLOSE && remaining == 0;
        return !ended;
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        while (true) {
            if (!buffer.hasRemaining() && !fill()) {
                throw new IOException("the response ended early");
            }
            byte b = buffer.get();
            if (b == '\n') {
                String text = bytes.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (bytes.size() >= MAX_LINE) {
                throw new IOException("a line of the response is too long");
            }
            bytes.write(b);
        }
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        while (count == 0) {
            if (selector.select(readTimeout.toMillis()) == 0 && channel.isOpen()) {
                buffer.flip();
                throw new SocketTimeoutException("no response within " + readTimeout.toMillis() + " ms");
            }
            selector.selectedKeys().clear();
            count = channel.read(buffer);
        }
        buffer.flip();
        return count > 0;
    }

    /** Ends the connection; a read that is waiting fails. */
    @Override
    public void close() throws IOException {
        // The channel first: a waiting select registerWith up and then finds it closed. It gives its descriptor back
        // only when
        // the selector has let go of it.
        try {
            channel.close();
        } finally {
            selector.close();
        }
    }
}
