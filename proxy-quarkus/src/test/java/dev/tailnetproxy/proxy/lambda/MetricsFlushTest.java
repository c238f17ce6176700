package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.FunctionEventBuilder;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Metrics leave the environment before the response does, because it may be frozen from then on. */
class MetricsFlushTest {

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<Duration> allowances = new CopyOnWriteArrayList<>();
    private final TestProxy proxy = TestProxy.options()
            .metrics((labels, reached, duration) -> done.add(reached ? "success" : "failure"))
            .flushableMetrics(this::flush)
            .start();
    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));

    private void flush(Duration atMost) {
        done.add("flushed");
        allowances.add(atMost);
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private void invoke(FunctionEventBuilder event, int remainingMillis) throws IOException {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        proxy.function().invoke(event.json(), remainingMillis, new RecordingStream(done));
    }

    private static FunctionEventBuilder counted(int port) {
        return FunctionEventBuilder.get("/")
                .target(TestProxy.PEER, port)
                .header("ts-metric-service", "orders")
                .header("ts-metric-dimension-name", "site")
                .header("ts-metric-dimension-value", "factory-7");
    }

    @Test
    void metricsAreFlushedBeforeResponse() throws IOException {
        invoke(counted(80), 30_000);
        invoke(counted(81), 30_000);

        assertEquals(List.of("success", "flushed", "responded", "failure", "flushed", "responded"), done);
    }

    @Test
    void invalidEventFlushesPendingMetrics() throws IOException {
        invoke(FunctionEventBuilder.get("/").raw("requestContext", null), 30_000);

        assertEquals(List.of("flushed", "responded"), done);
    }

    @Test
    void flushLeavesTimeForResponse() throws IOException {
        invoke(counted(80), 10_000);

        assertTrue(allowances.get(0).toMillis() < 10_000, () -> "" + allowances);
    }

    /** Records when the first byte of a response is written. */
    private static final class RecordingStream extends OutputStream {

        private final List<String> done;
        private boolean begun;

        RecordingStream(List<String> done) {
            this.done = done;
        }

        @Override
        public void write(int b) {
            if (!begun) {
                begun = true;
                done.add("responded");
            }
        }
    }
}
