package dev.tailnetproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.BuiltInSettings;
import dev.tailnetproxy.proxy.support.ChildJvm;
import dev.tailnetproxy.proxy.support.TestCertificates;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name of a server in a TLS handshake is a header's value ({@code ts-tls-server-name}), and in no log. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandshakeLogTest {

    private static final String NAME = "s3cr3t-marker.example";
    private static final String DONE = "the handshake is over";

    @TempDir
    Path dir;

    /** The JDK asks once in a process whether it may write its line. */
    public static final class Handshake {

        private static final Pattern LEVEL = Pattern.compile("quarkus\\.log\\.category\\.\"(.*)\"\\.level");

        private Handshake() {}

        /** Shakes hands with itself. The arguments are a key store, and whether the application's levels hold. */
        public static void main(String[] arguments) throws Exception {
            LogContext log = LogContext.getLogContext();
            log.getLogger("").setLevel(Level.DEBUG);
            log.getLogger("").addHandler(new Printer());
            if (Boolean.parseBoolean(arguments[1])) {
                Properties settings = BuiltInSettings.read();
                for (String key : settings.stringPropertyNames()) {
                    Matcher category = LEVEL.matcher(key);
                    if (category.matches()) {
                        log.getLogger(category.group(1)).setLevel(log.getLevelForName(settings.getProperty(key)));
                    }
                }
            }
            shakeHands(context(Path.of(arguments[0])));
            System.out.println(DONE);
        }

        private static SSLContext context(Path store) throws Exception {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, TestCertificates.PASSWORD.toCharArray());
            }
            KeyManagerFactory manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            manager.init(keys, TestCertificates.PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(manager.getKeyManagers(), InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return context;
        }

        private static void shakeHands(SSLContext context) throws Exception {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (SSLServerSocket server =
                    (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
                Thread accepting = new Thread(() -> {
                    try (SSLSocket accepted = (SSLSocket) server.accept()) {
                        accepted.getOutputStream().write('x');
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                accepting.start();
                try (Socket plain = new Socket(loopback, server.getLocalPort());
                        Socket client =
                                context.getSocketFactory().createSocket(plain, NAME, server.getLocalPort(), true)) {
                    client.getInputStream().read();
                }
                accepting.join();
            }
        }
    }

    private static final class Printer extends ExtHandler {

        private static final PatternFormatter LINE = new PatternFormatter("%p %c %s");

        @Override
        protected void doPublish(ExtLogRecord logged) {
            System.out.println(LINE.format(logged));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void saysTheNameOnlyWithoutTheLevelsOfTheApplication(boolean levels, boolean told) throws Exception {
        Path store = new TestCertificates(dir).selfSigned("server", "another.example");
        try (ChildJvm process = new ChildJvm(1024, Handshake.class, store.toString(), Boolean.toString(levels))) {
            List<String> lines = process.readRemaining();

            assertThat(lines.contains(DONE)).as(lines::toString).isTrue();
            assertThat(lines.stream().anyMatch(line -> line.contains(NAME)))
                    .as(lines::toString)
                    .isEqualTo(told);
        }
    }
}
