package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections on which the handshake of TLS, or the preface of HTTP/2 behind it, never comes whole: they end long before the
 * idle timeout. All of a test are open at the same time, because each takes 10 seconds.
 */
class HandshakeTest {

    /** Type and version of a record, its length, and the beginning of a ClientHello. */
    private static final byte[] CLIENT_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    private final List<Socket> open = new ArrayList<>();
    private ServerCertificate certificate;
    private TestServer proxy;

    @BeforeEach
    void listen() throws Exception {
        certificate = ServerCertificate.in(dir);
        proxy = certificate.options().listen();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        proxy.close();
    }

    private Socket plain(byte[] sent, int length) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), proxy.server().port());
        open.add(socket);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(sent, 0, length);
        return socket;
    }

    private Socket http2(byte[] sent) throws Exception {
        SSLSocket socket = (SSLSocket) certificate
                .trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), proxy.server().port());
        open.add(socket);
        socket.setSoTimeout(30_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        socket.getOutputStream().write(sent);
        return socket;
    }

    @Test
    void aConnectionWhoseHandshakeDoesNotComeWholeEnds() throws Exception {
        for (int length : new int[] {0, 1, 5, CLIENT_HELLO.length}) {
            plain(CLIENT_HELLO, length);
        }

        for (Socket socket : open) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionWhosePrefaceDoesNotComeWholeEnds() throws Exception {
        byte[] settings = Arrays.copyOf(PREFACE, PREFACE.length + 9);
        settings[PREFACE.length + 3] = 4;
        for (int length : new int[] {0, 1, PREFACE.length - 1, PREFACE.length, PREFACE.length + 8}) {
            http2(Arrays.copyOf(settings, length));
        }

        for (Socket socket : open) {
            byte[] all = socket.getInputStream().readAllBytes();
            assertThat(all.length > 9).as("the proxy's settings").isTrue();
            assertThat(all[3]).as("the type of the first frame").isEqualTo((byte) 4);
        }
        assertThat(proxy.server().connections()).isZero();
    }
}
