package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Header sections take a bounded part of the memory, whether they arrive, wait or are served. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeaderSectionsTest {

    private static final long MEMORY = 4L * 1024 * 1024;
    private static final String LINE = "GET / HTTP/1.1\r\n" + TARGET;
    private static final String REQUEST = LINE + "\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final CountDownLatch mayRespond = new CountDownLatch(1);
    private final List<RawClient> callers = new ArrayList<>();
    private TestServer proxy;

    @BeforeEach
    void start() {
        proxy = TestProxy.options()
                .maxConnections(200)
                .limits(new LimitSettings(1000, MEMORY, 500, 500))
                .listen();
    }

    @AfterEach
    void stop() {
        mayRespond.countDown();
        callers.forEach(RawClient::close);
        proxy.close();
    }

    private RawClient send(String text) throws IOException {
        RawClient client = proxy.client();
        callers.add(client);
        return client.send(text);
    }

    private Limit memory() {
        return proxy.harness().limits().bufferedBytes();
    }

    private static String small(int fields) {
        return "a:b\r\n".repeat(fields);
    }

    static Stream<Arguments> slow() {
        // A quarter of the memory is for what arrives: 1 MiB.
        return Stream.of(
                Arguments.of("a value that does not end", LINE + "x: " + "x".repeat(60 * 1024), 17),
                Arguments.of("fields of a few bytes", LINE + small(2000), 2),
                Arguments.of("both", LINE + small(100) + "x: " + "x".repeat(30 * 1024), 19),
                Arguments.of("behind a request", REQUEST + LINE + small(2000), 2),
                Arguments.of("behind a body", LINE + "content-length: 5\r\n\r\nhello" + LINE + small(2000), 2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slow")
    void thoseThatDoNotEndMakeRoomForOthers(String name, String started, int max) throws Exception {
        for (int i = 0; i < 60; i++) {
            send(started);
        }
        await().untilAsserted(() -> assertThat(proxy.server().connections() <= max)
                .as(() -> proxy.server().connections() + " are open")
                .isTrue());

        assertThat(send(REQUEST).response().text()).isEqualTo("ok");
        await().untilAsserted(() -> assertThat(memory().used()).isZero());
    }

    @Test
    void theOneThatBeganLastIsServedWhenItEnds() throws Exception {
        for (int i = 0; i < 60; i++) {
            send(LINE + "x: " + "x".repeat(60 * 1024));
        }
        await().untilAsserted(
                        () -> assertThat(proxy.server().connections() <= 17).isTrue());

        RawClient last = send(LINE + "x: " + "x".repeat(60 * 1024));
        assertThat(last.send("\r\n\r\n").response().text()).isEqualTo("ok");
        assertThat(callers.get(0).readRemaining()).isEmpty();
    }

    @Test
    void ordinaryOnesAreLeftAlone() throws Exception {
        for (int i = 0; i < 200; i++) {
            send(LINE + "cookie: abc=0123456789; session=0123456789abcdef\r\n".repeat(20));
        }

        for (RawClient one : callers) {
            assertThat(one.send("\r\n").response().text()).isEqualTo("ok");
        }
    }

    @Test
    void thoseOfRequestsThatAreServedOrWaitCountUntilTheResponse() throws Exception {
        proxy.target().responds((request, out) -> {
            mayRespond.await();
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        // About 1.3 MB each, as objects.
        String large = LINE + small(5000) + "\r\n";
        for (int i = 0; i < 3; i++) {
            send(large);
        }
        await().untilAsserted(() -> assertThat(memory().used() > 3_800_000)
                .as(() -> memory().used() + " are used")
                .isTrue());

        RawClient.ReceivedResponse refused = send(large).response();
        assertThat(refused.outcome()).isEqualTo("Overloaded");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.values("retry-after")).isEqualTo(List.of("1"));
        RawClient ordinary = send(REQUEST);
        mayRespond.countDown();

        assertThat(ordinary.response().text()).isEqualTo("ok");
        assertThat(callers.get(0).response().text()).isEqualTo("ok");
        await().untilAsserted(() -> assertThat(memory().used()).isZero());
    }

    @Test
    void thoseBehindAHangingRequestCountToo() throws Exception {
        proxy.target().responds((request, out) -> {
            mayRespond.await();
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        for (int i = 0; i < 30; i++) {
            send(REQUEST + (LINE + small(3000) + "\r\n").repeat(5));
        }

        await().untilAsserted(() -> assertThat(memory().refusals() > 20)
                .as(() -> memory().refusals() + " were refused")
                .isTrue());
        assertThat(memory().used() <= MEMORY).isTrue();
        callers.forEach(RawClient::close);
        mayRespond.countDown();
        await().untilAsserted(() -> assertThat(memory().used()).isZero());
    }

    @Test
    void thoseOfStreamsCountInTheirRequest() {
        Limit limit = Limits.of(new LimitSettings(1, MEMORY, 1, 1)).bufferedBytes();
        Reservation memory = new Reservation(limit);

        HeaderSections.count(Collections.nCopies(30, Map.entry("cookie", "abc")), memory);
        assertThat(limit.used()).isZero();
        List<Map.Entry<String, String>> large = Collections.nCopies(5000, Map.entry("a", "b"));
        for (int i = 0; i < 3; i++) {
            HeaderSections.count(large, memory);
        }
        ProxyFailure refusal = assertThatExceptionOfType(ProxyFailure.class)
                .isThrownBy(() -> HeaderSections.count(large, memory))
                .actual();
        assertThat(refusal.name()).isEqualTo(ErrorName.OVERLOADED);
    }
}
