package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.proxy.tailnet.ExternalSocksProxy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port waits for nobody who does not read. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadResponseTest {

    /** More than the kernel keeps for both sides. */
    private static final int LENGTH = 32 * 1024 * 1024;

    private static final Duration MINUTES = Duration.ofMinutes(10);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final Vertx vertx = Vertx.vertx();
    private ManagementServer server;

    @BeforeEach
    void start() {
        server = new ManagementServer(
                new ServerSettings(
                        "127.0.0.1",
                        Optional.empty(),
                        "127.0.0.1",
                        Optional.empty(),
                        MINUTES,
                        MINUTES,
                        MINUTES,
                        MINUTES,
                        16,
                        Access.open()),
                new ExternalSocksProxy(),
                () -> {
                    asked.countDown();
                    return "x".repeat(LENGTH);
                },
                () -> false,
                vertx,
                new ConnectionLimits(MINUTES, Duration.ofMillis(200), Duration.ofMillis(200), 1));
        TestServer.await(server.start());
    }

    @AfterEach
    void stop() {
        TestServer.await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void endsTheConnectionOfWhoeverDoesNotRead(int clients) throws Exception {
        RawClient[] silent = new RawClient[clients];
        for (int i = 0; i < clients; i++) {
            silent[i] = RawClient.withSmallBuffer(server.port()).send("GET /q/metrics HTTP/1.1\r\nhost: proxy\r\n\r\n");
        }
        asked.await();

        await().untilAsserted(() -> assertThat(server.connections()).isZero());
        for (RawClient one : silent) {
            one.close();
        }
    }
}
