package dev.tailnetproxy.proxy.tailnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses over a unix socket, whole and broken. */
class UnixHttpStreamTest {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
    private static final int REQUEST_COUNT = 50;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path dir;

    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);

    UnixHttpStreamTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** Says the same to everybody and hangs up. */
    private void serveRequests(String response, CountDownLatch hangUp) throws IOException {
        server.bind(UnixDomainSocketAddress.of(dir.resolve("t.sock")));
        Thread thread = new Thread(() -> serve(response, hangUp), "unix-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(String response, CountDownLatch hangUp) {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                // Hanging up on an unread request would be a reset.
                client.read(ByteBuffer.allocate(1024));
                client.write(ByteBuffer.wrap(response.getBytes(StandardCharsets.ISO_8859_1)));
                hangUp.await();
            } catch (IOException | InterruptedException e) {
                // The next one, if there is one.
            }
        }
    }

    private UnixHttpStream get(Duration readTimeout) throws IOException {
        return UnixHttpStream.get(dir.resolve("t.sock"), "host", "/", readTimeout);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', ok",
        "'HTTP/1.1 200 OK\n\nuntil the end', until the end",
        "'HTTP/1.0 404 None\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n', ab0123456789",
        "'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n', ok",
        "'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nmore', ''"
    })
    void readsBodyByFraming(String response, String body) throws Exception {
        serveRequests(response, new CountDownLatch(0));
        try (UnixHttpStream stream = get(READ_TIMEOUT)) {
            assertThat(stream.readAllBytes()).containsExactly(body.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nab",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            })
    void truncatedBodyFails(String response) throws Exception {
        serveRequests(response, new CountDownLatch(0));
        try (UnixHttpStream stream = get(READ_TIMEOUT)) {
            assertThatExceptionOfType(IOException.class).isThrownBy(stream::readAllBytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "SSH-2.0\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\nab"
            })
    void invalidHeaderSectionClosesSocket(String response) throws Exception {
        serveRequests(response, new CountDownLatch(0));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(READ_TIMEOUT));
        assertNothingStaysOpen(READ_TIMEOUT);
    }

    @Test
    void missingSocketClosesChannel() throws Exception {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(READ_TIMEOUT));
        assertNothingStaysOpen(READ_TIMEOUT);
    }

    @Test
    void readTimeoutClosesSocket() throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        serveRequests("", finished);
        try {
            IOException e = assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> get(Duration.ofMillis(1)))
                    .actual();
            assertThat(e.getMessage()).isEqualTo("no response within 1 ms");
            assertNothingStaysOpen(Duration.ofMillis(1));
        } finally {
            finished.countDown();
        }
    }

    private void assertNothingStaysOpen(Duration readTimeout) throws IOException {
        long before = descriptors();
        for (int i = 0; i < REQUEST_COUNT; i++) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(readTimeout));
        }
        long more = descriptors() - before;
        assertThat(more < REQUEST_COUNT / 2)
                .as(() -> REQUEST_COUNT + " calls left " + more + " descriptors open")
                .isTrue();
    }
}
