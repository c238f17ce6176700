package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bearer token opens the HTTP port, and nothing else does where one is asked for. */
class HttpAccessTest {

    private static final String OLD = "first-token-0123456789";
    private static final String NEW = "second/token+0123456789==";
    private static final String OTHER = "third.token~0123456789";

    @TempDir
    Path dir;

    private Path file;
    private TestServer proxy;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(dir.resolve("tokens"), OLD + "\n\n  " + NEW + "  \n");
        proxy = TestProxy.options()
                .access(new Access(Optional.empty(), Optional.of(file)))
                .listen();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private RawClient.ReceivedResponse ask(String fields) throws IOException {
        return askFor(TestServer.TARGET + fields);
    }

    private RawClient.ReceivedResponse askFor(String fields) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send("GET / HTTP/1.1\r\n" + fields + "\r\n").response();
        }
    }

    private static String bearer(String token) {
        return "authorization: Bearer " + token + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization: Bearer " + OLD,
                "Authorization: bearer " + NEW,
                "AUTHORIZATION: BEARER   " + OLD,
            })
    void eitherTokenIsAcceptedAndRemoved(String field) throws Exception {
        assertThat(ask(field + "\r\nts-authorization: Basic a\r\n").text()).isEqualTo("ok");
        assertThat(proxy.target().last().values("authorization")).isEqualTo(List.of("Basic a"));
    }

    static Stream<String> refused() {
        return Stream.of(
                "",
                "authorization: \r\n",
                "authorization: Bearer\r\n",
                "authorization: Bearer \r\n",
                "authorization: " + OLD + "\r\n",
                "authorization: Basic " + OLD + "\r\n",
                "authorization: Bearer " + OTHER + "\r\n",
                "authorization: Bearer " + OLD + "x\r\n",
                "authorization: Bearer " + OLD.toUpperCase(java.util.Locale.ROOT) + "\r\n",
                "authorization: Bearer " + OLD + ", Bearer " + NEW + "\r\n",
                "authorization: Bearer " + OLD.substring(1) + "\r\n",
                "authorization: Bearer\t" + OLD + "\r\n",
                "authorization: Bearer " + OLD + " " + NEW + "\r\n",
                bearer(OLD) + bearer(OLD),
                bearer(OTHER) + bearer(OLD),
                "ts-authorization: Bearer " + OLD + "\r\n",
                "proxy-authorization: Bearer " + OLD + "\r\n",
                "cookie: authorization=Bearer " + OLD + "\r\n",
                "authorization: AWS4-HMAC-SHA256 Credential=a\r\n");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void otherCredentialsAreRejected(String fields) throws Exception {
        RawClient.ReceivedResponse response = ask(fields);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.outcome()).isEqualTo("Unauthorized");
        assertThat(response.values("www-authenticate")).isEqualTo(List.of("Bearer"));
        assertThat(response.values("connection")).isEqualTo(List.of("close"));
        assertThat(proxy.target().received()).hasSize(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ts-health: true\r\n",
                "ts-warmer: true\r\n",
                "ts-target-ip: 127.0.0.1\r\nts-target-port: 80\r\n",
                ""
            })
    void controlEndpointsNeedToken(String fields) throws Exception {
        assertThat(askFor("host: proxy\r\n" + fields).outcome()).isEqualTo("Unauthorized");
        assertThat(askFor("host: proxy\r\n" + fields + bearer(OLD)).outcome()).isNotEqualTo("Unauthorized");
    }

    @Test
    void replacedTokenIsRejected() throws Exception {
        try (CapturedLog log = CapturedLog.of("dev.tailnetproxy")) {
            replace(OTHER + "\n");

            Awaitility.await().untilAsserted(() -> assertThat(ask(bearer(OTHER)).outcome())
                    .isEqualTo("200"));
            assertThat(ask(bearer(OLD)).outcome()).isEqualTo("Unauthorized");
            assertThat(ask(bearer(NEW)).outcome()).isEqualTo("Unauthorized");
            assertLeaksNoToken(log);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "short\n",
                "a token with spaces 0123456789\n",
                OTHER + "\n" + OLD + "\n" + NEW + "\n",
                "none"
            })
    void invalidTokenFileIsLoggedAndOldTokensKept(String content) throws Exception {
        try (CapturedLog log = CapturedLog.of(ReloadableFiles.class.getName())) {
            if (content.equals("none")) {
                Files.delete(file);
            } else {
                replace(content);
            }
            Awaitility.await().untilAsserted(() -> assertThat(log.warnings()).hasSize(1));
            assertThat(ask(bearer(OLD)).text()).isEqualTo("ok");
            assertThat(ask(bearer(OTHER)).outcome()).isEqualTo("Unauthorized");
            assertThat(ask("").outcome()).isEqualTo("Unauthorized");
            assertLeaksNoToken(log);
        }
    }

    private static void assertLeaksNoToken(CapturedLog log) {
        for (String token : List.of(OLD, NEW, OTHER)) {
            assertThat(log.records().stream()
                            .noneMatch(line -> new JsonFormatter().format(line).contains(token)))
                    .isTrue();
        }
    }

    /** As whoever writes it should: no reader sees half of it. */
    private void replace(String content) throws IOException {
        Path next = Files.writeString(dir.resolve("next"), content);
        Files.move(
                next,
                file,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void noTokenFileMeansOpenAccess() throws Exception {
        try (TestServer open = TestProxy.options().listen();
                RawClient client = open.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\n" + TestServer.TARGET + bearer(OTHER) + "\r\n")
                            .response()
                            .text())
                    .isEqualTo("ok");
            assertThat(open.target().last().values("authorization")).isEmpty();
        }
    }
}
