package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The longest time for one request on the HTTP port. */
class DeadlineTest {

    private static final String TARGET =
            "host: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n";

    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestProxy.options().requestTimeout(Duration.ofMillis(300)).listen();
        proxy.target().responds((request, out) -> true);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ts-timeout-ms: 900000\r\n"})
    void unresponsiveTargetTimesOut(String more) throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\n" + TARGET + more + "\r\n")
                            .response()
                            .outcome())
                    .isEqualTo("Timeout");
        }
    }

    @Test
    void incompleteRequestIsClosed() throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(client.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 5\r\n\r\nabc")
                            .readRemaining())
                    .isEmpty();
        }
        assertThat(proxy.target().received()).hasSize(0);
    }

    /** Its response breaks off at the deadline, with a part of it that nobody takes. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void unreadResponseIsClosed() throws Exception {
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (TestServer longTimeout = TestProxy.options()
                        .requestTimeout(Duration.ofSeconds(2))
                        .listen();
                RawClient client =
                        RawClient.withSmallBuffer(longTimeout.server().port())) {
            longTimeout.target().respondsBeforeBody((request, out) -> {
                out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write(chunk);
                }
            });
            client.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 1000000000000\r\n\r\n");
            assertThat(client.headerSection().get(0)).isEqualTo("HTTP/1.1 200 OK");

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
                while (true) {
                    client.send(chunk);
                }
            });
        }
    }
}
