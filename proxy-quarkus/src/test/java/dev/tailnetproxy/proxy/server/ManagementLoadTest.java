package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
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
    private static final String REQUEST = "GET / HTTP/1.1\r\n" + ListeningProxy.TARGET + "\r\n";

    private ListeningProxy proxy;

    @BeforeEach
    void start() {
        proxy = new ListeningProxy();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: proxy\r\n\r\n";
    }

    private void assertServes() throws IOException {
        try (RawCaller manager = proxy.manager();
                RawCaller caller = proxy.caller()) {
            assertEquals(200, manager.send(get("/q/health/live")).reply().status());
            assertEquals("ok", caller.send(REQUEST).reply().text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/metrics", "/q/health/live", "/q/health/ready", "/nowhere"})
    void requestsThatDoNotWaitForTheResponseBeforeThemAreNotServed(String path) throws IOException {
        List<RawCaller> flood = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            flood.add(proxy.manager().send(get(path).repeat(4000)));
        }
        assertServes();
        for (RawCaller one : flood) {
            String responses = one.rest();
            // One in each segment at the most, if the response before it was on its way when it came.
            int served = responses.split("HTTP/1.1 (200|404|503)", -1).length - 1;
            assertTrue(served >= 1 && served <= 100, () -> served + " were served");
            assertTrue(responses.contains(" 400 Bad Request"), "the end");
            one.close();
        }
        assertServes();
    }

    @Test
    void oneRequestAfterAnotherIsServedOnAConnection() throws IOException {
        try (RawCaller manager = proxy.manager()) {
            for (int i = 0; i < 100; i++) {
                assertEquals(200, manager.send(SCRAPE).reply().status());
            }
        }
    }

    @Test
    void responsesThatNobodyReadsTakeNoMemoryForLong() throws IOException {
        assertServes();
        long before = pinned();
        List<RawCaller> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.add(RawCaller.withSmallBuffer(proxy.managementPort()).send(SCRAPE.repeat(500)));
        }
        assertServes();
        Awaitility.await()
                .untilAsserted(() ->
                        assertTrue(pinned() - before < 4 * 1024 * 1024, () -> (pinned() - before) + " bytes are held"));
        for (RawCaller one : silent) {
            one.close();
        }
        Awaitility.await()
                .untilAsserted(() ->
                        assertTrue(pinned() - before < 512 * 1024, () -> (pinned() - before) + " bytes are held"));
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
    void isRefusedAndTheConnectionEnds(String name, int status, String request) throws IOException {
        try (RawCaller manager = proxy.manager()) {
            RawCaller.Reply reply = manager.send(request).reply();

            assertEquals(status, reply.status());
            assertEquals(List.of("close"), reply.values("connection"));
            assertEquals("", manager.rest());
        }
    }

    @Test
    void isNotUpgradedToHttp2() throws IOException {
        try (RawCaller manager = proxy.manager()) {
            String upgrade = get("/q/health/live")
                    .replace(
                            "host: proxy",
                            String.join(
                                    "\r\n",
                                    "host: proxy",
                                    "connection: upgrade, http2-settings",
                                    "upgrade: h2c",
                                    "http2-settings: AAMAAABkAAQAAP__"));

            RawCaller.Reply reply = manager.send(upgrade).reply();

            assertEquals(200, reply.status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /q/hea", "GET /q/metrics HTTP/1.1\r\nhost: a\r\n"})
    void manyConnectionsMakeRoomForThoseThatAsk(String begun) throws IOException {
        List<RawCaller> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(proxy.manager().send(begun));
        }
        assertServes();
        assertEquals("", many.get(0).rest());
        for (RawCaller one : many) {
            one.close();
        }
    }
}
