package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a function, too, responses that are gathered count as they arrive, within the limit for all bodies in memory. */
class BufferedResponseTest {

    private static final int MAX = 1000;

    private final RawTarget target = new RawTarget(RawTarget.bytes(""));
    private final TestProxy proxy =
            TestProxy.options().limits(new LimitSettings(100, MAX, 100, 100)).start();
    private final ExecutorService invocations = Executors.newCachedThreadPool();
    private final CountDownLatch finished = new CountDownLatch(1);

    BufferedResponseTest() {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        finished.countDown();
        invocations.shutdownNow();
        proxy.close();
        target.close();
    }

    private FunctionResponse invoke() throws IOException {
        return proxy.function()
                .invoke(FunctionEventBuilder.get("/").target(TestProxy.PEER, 80).json(), 30_000);
    }

    private Limit memory() {
        return proxy.limits().bufferedBytes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 1001", "transfer-encoding: chunked", "x-no-length: 1"})
    void whatDoesNotFitIsTooLargeAndGivenBack(String framing) throws Exception {
        String content = "x".repeat(MAX + 1);
        String body = framing.contains("chunked") ? "3e9\r\n" + content + "\r\n0\r\n\r\n" : content;
        target.responds((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            return false;
        });

        FunctionResponse response = invoke();

        assertThat(response.header("ts-error-name")).isEqualTo("ResponseTooLarge");
        assertThat(response.header("retry-after")).isNull();
        assertThat(memory().used()).isZero();
    }

    @Test
    void anAnnouncedLengthTakesNoMemory() throws Exception {
        target.responds((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 4000000\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            finished.await();
            return false;
        });
        Future<FunctionResponse> announced = invocations.submit(this::invoke);

        Awaitility.await().untilAsserted(() -> assertThat(memory().used()).isOne());

        finished.countDown();
        assertThat(announced.get(30, TimeUnit.SECONDS).header("ts-error-name")).isEqualTo("ConnectionReset");
        assertThat(memory().used()).isZero();
    }
}
