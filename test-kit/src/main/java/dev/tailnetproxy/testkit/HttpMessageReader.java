package dev.tailnetproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads HTTP/1.1 messages from a stream and repairs nothing, because an HTTP library would put right what a test wants to
 * see. It never reads beyond the end of a message.
 */
public final class HttpMessageReader {

    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final int HEXADECIMAL = 16;

    private final InputStream in;

    /** @param in read a byte at a time, so that a socket's stream should be buffered unless others read it too */
    public HttpMessageReader(InputStream in) {
        this.in = in;
    }

    /** The next request with its body; empty at the end of the connection. */
    public Optional<HttpMessage> readRequest() throws IOException {
        Optional<HeaderSection> headerSection = readHeaderSection();
        return headerSection.isEmpty() ? Optional.empty() : Optional.of(readRequestBody(headerSection.get()));
    }

    /** The request whose header section was read: its body comes by chunks or by length, or there is none. */
    public HttpMessage readRequestBody(HeaderSection headerSection) throws IOException {
        return headerSection.isChunked()
                ? readChunks(headerSection)
                : new HttpMessage(
                        headerSection, readFully(headerSection.contentLength().orElse(0)));
    }

    /**
     * The next response with its body, which ends with the connection if nothing else says where.
     *
     * @param toHeadRequest such a response has no body, whatever it declares
     */
    public HttpMessage readResponse(boolean toHeadRequest) throws IOException {
        HeaderSection headerSection =
                readHeaderSection().orElseThrow(() -> new EOFException("there is no response before the end"));
        int status = headerSection.status();
        if (toHeadRequest || status < 200 || status == 204 || status == 304) {
            return new HttpMessage(headerSection);
        }
        if (headerSection.isChunked()) {
            return readChunks(headerSection);
        }
        Optional<Integer> length = headerSection.contentLength();
        return new HttpMessage(headerSection, length.isEmpty() ? in.readAllBytes() : readFully(length.get()));
    }

    /** The next header section; empty at the end of the connection. */
    public Optional<HeaderSection> readHeaderSection() throws IOException {
        String startLine = readLineUnlessEnded().orElse("");
        if (startLine.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>();
        lines.add(startLine);
        lines.addAll(readFieldLines());
        return Optional.of(new HeaderSection(lines));
    }

    private List<String> readFieldLines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            lines.add(line);
        }
        return lines;
    }

    private HttpMessage readChunks(HeaderSection headerSection) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = readChunkSize(); size > 0; size = readChunkSize()) {
            body.writeBytes(readFully(size));
            readLine();
        }
        return new HttpMessage(headerSection, body.toByteArray(), readFieldLines());
    }

    private int readChunkSize() throws IOException {
        String line = readLine();
        try {
            return Integer.parseInt(line.split(";", 2)[0].strip(), HEXADECIMAL);
        } catch (NumberFormatException malformed) {
            throw new IOException("not a chunk size: " + line, malformed);
        }
    }

    /** So many bytes, and an exception if the connection ends before. */
    public byte[] readFully(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the message ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** The next line without its end. */
    public String readLine() throws IOException {
        return readLineUnlessEnded().orElseThrow(() -> new EOFException("the message ended between two lines"));
    }

    private Optional<String> readLineUnlessEnded() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 && line.size() == 0) {
                return Optional.empty();
            }
            if (b < 0 || line.size() == MAX_LINE_BYTES) {
                throw new EOFException("the message ended within a line, or it is too long: " + line);
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }
}
