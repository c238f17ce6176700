package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS of the HTTP port, and clients that need a certificate. */
class HttpTlsTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\n" + TestServer.TARGET + "connection: close\r\n\r\n";

    @TempDir
    Path dir;

    private TestCertificates certificates;
    private Path certificate;
    private Path key;

    @BeforeEach
    void files() throws Exception {
        certificates = new TestCertificates(dir);
        certificate = dir.resolve("tls.crt");
        key = dir.resolve("tls.key");
        put(certificates.issue("first", "first.test", "-1d"), true, true);
    }

    /** As whoever writes it should: no reader sees half of a file. */
    private static void replace(Path file, String content) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), content);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void put(Path store, boolean withCertificate, boolean withKey) throws Exception {
        KeyStore keys = keyStore(store);
        String alias = keys.aliases().nextElement();
        if (withCertificate) {
            StringBuilder chain = new StringBuilder();
            for (Certificate one : keys.getCertificateChain(alias)) {
                chain.append(pem("CERTIFICATE", one.getEncoded()));
            }
            replace(certificate, chain.toString());
        }
        if (withKey) {
            replace(
                    key,
                    pem(
                            "PRIVATE KEY",
                            keys.getKey(alias, TestCertificates.PASSWORD.toCharArray())
                                    .getEncoded()));
        }
    }

    private static KeyStore keyStore(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, TestCertificates.PASSWORD.toCharArray());
        }
        return keys;
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
    }

    private TestServer listen(boolean mutual) {
        return TestProxy.options()
                .access(new Access(
                        Optional.of(new Access.Tls(
                                certificate, key, mutual ? Optional.of(certificates.authority()) : Optional.empty())),
                        Optional.empty()))
                .listen();
    }

    /** A client that trusts the test's authority, and shows a certificate of that file if there is one. */
    private SSLSocket connect(TestServer proxy, Optional<Path> own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificates.authority())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own.isPresent() ? keyStore(own.get()) : null, TestCertificates.PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket)
                tls.getSocketFactory().createSocket("127.0.0.1", proxy.server().port());
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private String ask(TestServer proxy, Optional<Path> own) throws Exception {
        try (SSLSocket socket = connect(proxy, own)) {
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private String certificateOf(TestServer proxy) throws Exception {
        try (SSLSocket socket = connect(proxy, Optional.empty())) {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    @Test
    void tlsIsRequired() throws Exception {
        try (TestServer proxy = listen(false)) {
            assertThat(ask(proxy, Optional.empty())).endsWith("ok");
            try (RawClient plain = proxy.client()) {
                assertThat(plain.send(REQUEST).readRemaining().replaceAll("(?s)^\\x15.*", ""))
                        .isEmpty();
            }
            assertThat(proxy.target().received()).hasSize(1);
        }
    }

    @Test
    void framingIsStrictOverTls() throws Exception {
        try (TestServer proxy = listen(false);
                SSLSocket socket = connect(proxy, Optional.empty())) {
            String smuggling = "POST / HTTP/1.1\r\n" + TestServer.TARGET
                    + "transfer-encoding: chunked\r\n\r\n100000003\r\nabc\r\n0\r\n\r\n";
            socket.getOutputStream().write((smuggling + REQUEST).getBytes(StandardCharsets.US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(response.startsWith("HTTP/1.1 400 ")).as(response).isTrue();
            assertThat(response.lastIndexOf("HTTP/1.1")).isEqualTo(response.indexOf("HTTP/1.1"));
        }
    }

    @Test
    void clientCertificateIsRequired() throws Exception {
        Path client = certificates.issue("client", "client.test", "-1d");
        Path expired = certificates.issue("expired", "client.test", "-20d");
        Path stranger = certificates.selfSigned("stranger", "client.test");
        try (TestServer proxy = listen(true)) {
            assertThat(ask(proxy, Optional.of(client))).endsWith("ok");
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(proxy, Optional.empty()));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(proxy, Optional.of(stranger)));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(proxy, Optional.of(expired)));
            assertThat(proxy.target().received()).hasSize(1);
        }
    }

    @Test
    void replacedCertificateIsUsed() throws Exception {
        try (TestServer proxy = listen(false);
                SSLSocket before = connect(proxy, Optional.empty())) {
            assertThat(certificateOf(proxy)).isEqualTo("CN=first.test");
            put(certificates.issue("second", "second.test", "-1d"), true, true);

            Awaitility.await()
                    .untilAsserted(() -> assertThat(certificateOf(proxy)).isEqualTo("CN=second.test"));
            before.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(before.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .endsWith("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate", "another key", "none"})
    void invalidCertificateIsLoggedAndOldOneKept(String content) throws Exception {
        try (TestServer proxy = listen(false);
                CapturedLog log = CapturedLog.of(ReloadableFiles.class.getName())) {
            switch (content) {
                case "another key" -> put(certificates.issue("second", "second.test", "-1d"), false, true);
                case "none" -> Files.delete(certificate);
                default -> replace(certificate, content);
            }

            Awaitility.await().untilAsserted(() -> assertThat(log.warnings()).hasSize(1));
            assertThat(certificateOf(proxy)).isEqualTo("CN=first.test");
            put(certificates.issue("third", "third.test", "-1d"), true, true);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(certificateOf(proxy)).isEqualTo("CN=third.test"));
        }
    }
}
