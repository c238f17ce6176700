package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.impl.VertxByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reaches the management port can't stop the proxy with it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManagementLoadTest {

    private static final String SCRAPE = get("/q/metrics");
    private static final String REQUEST = "GET / HTTP/1.1\r\n" + TestServer.TARGET + "\r\n";

    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestProxy.options().listen();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: proxy\r\n\r\n";
    }

    private void assertServes() throws IOException {
        try (RawClient managementClient = proxy.managementClient();
                RawClient client = proxy.client()) {
            assertThat(managementClient.send(get("/q/health/live")).response().status())
                    .isEqualTo(200);
            assertThat(client.send(REQUEST).response().text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/metrics", "/q/health/live", "/q/health/ready", "/nowhere"})
    void pipelinedRequestsAreRejected(String path) throws Exception {
        List<RawClient> flood = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            flood.add(proxy.managementClient().send(get(path).repeat(4000)));
        }
        assertServes();
        for (RawClient one : flood) {
            String responses = one.readRemaining();
            // One in each segment at the most, if the response before it was on its way when it came.
            int served = responses.split("HTTP/1.1 (200|404|503)", -1).length - 1;
            assertThat(served >= 1 && served <= 100)
                    .as(() -> served + " were served")
                    .isTrue();
            assertThat(responses.contains(" 400 Bad Request")).as("the end").isTrue();
            one.close();
        }
        assertServes();
    }

    @Test
    void sequentialRequestsAreServed() throws Exception {
        try (RawClient managementClient = proxy.managementClient()) {
            for (int i = 0; i < 100; i++) {
                assertThat(managementClient.send(SCRAPE).response().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void unreadResponsesAreDropped() throws Exception {
        assertServes();
        long before = pinned();
        List<RawClient> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.add(RawClient.withSmallBuffer(proxy.managementPort()).send(SCRAPE.repeat(500)));
        }
        assertServes();
        Awaitility.await().untilAsserted(() -> assertThat(pinned() - before < 4 * 1024 * 1024)
                .as(() -> (pinned() - before) + " bytes are held")
                .isTrue());
        for (RawClient one : silent) {
            one.close();
        }
        Awaitility.await().untilAsserted(() -> assertThat(pinned() - before < 512 * 1024)
                .as(() -> (pinned() - before) + " bytes are held")
                .isTrue());
    }

    private static long pinned() {
        return ((PooledByteBufAllocator) VertxByteBufAllocator.POOLED_ALLOCATOR).pinnedDirectMemory();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("a body", 413, "GET /q/metrics HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello"),
                Arguments.of(
                        "a body that does not come",
                        413,
                        "GET /q/health/live HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n"),
                Arguments.of(
                        "a body in chunks",
                        413,
                        "GET /q/metrics HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("a header of 10 KiB", 400, get("/ HTTP/1.1\r\nx: " + "x".repeat(10 * 1024))),
                Arguments.of("a path of 5 KiB", 414, get("/" + "x".repeat(5 * 1024))),
                Arguments.of("HTTP/2 without TLS", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("no HTTP", 400, "\u0016\u0003\u0001\r\n\r\n"),
                Arguments.of("a NUL before it", 400, "\u0000" + SCRAPE),
                Arguments.of("a control byte before it", 400, "\u001f" + SCRAPE),
                Arguments.of("a control byte behind an empty line", 400, "\r\n\u000b" + SCRAPE),
                Arguments.of("a bare LF behind a line", 400, SCRAPE.replaceFirst("\r\n", "\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void invalidRequestClosesConnection(String name, int status, String request) throws Exception {
        try (RawClient managementClient = proxy.managementClient()) {
            RawClient.ReceivedResponse response = managementClient.send(request).response();

            assertThat(response.status()).isEqualTo(status);
            assertThat(response.values("connection")).isEqualTo(List.of("close"));
            assertThat(managementClient.readRemaining()).isEmpty();
        }
    }

    @Test
    void h2cUpgradeIsIgnored() throws Exception {
        try (RawClient managementClient = proxy.managementClient()) {
            String upgrade = get("/q/health/live")
                    .replace(
                            "host: proxy",
                            String.join(
                                    "\r\n",
                                    "host: proxy",
                                    "connection: upgrade, http2-settings",
                                    "upgrade: h2c",
                                    "http2-settings: AAMAAABkAAQAAP__"));

            RawClient.ReceivedResponse response = managementClient.send(upgrade).response();

            assertThat(response.status()).isEqualTo(200);
        }
    }

    /** What stands behind the request may be bytes of the protocol, and is no request. */
    @Test
    void otherUpgradeIsIgnoredAndEndsTheConnection() throws Exception {
        try (RawClient managementClient = proxy.managementClient()) {
            String upgrade = get("/q/health/live")
                    .replace("host: proxy", "host: proxy\r\nconnection: upgrade\r\nupgrade: websocket");

            RawClient.ReceivedResponse response =
                    managementClient.send(upgrade + get("/q/health/live")).response();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.values("connection")).containsExactly("close");
            managementClient.endOutput();
            assertThat(managementClient.readRemaining()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /q/hea", "GET /q/metrics HTTP/1.1\r\nhost: a\r\n"})
    void newConnectionEvictsOldest(String started) throws Exception {
        List<RawClient> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(proxy.managementClient().send(started));
        }
        assertServes();
        assertThat(many.get(0).readRemaining()).isEmpty();
        for (RawClient one : many) {
            one.close();
        }
    }
}
