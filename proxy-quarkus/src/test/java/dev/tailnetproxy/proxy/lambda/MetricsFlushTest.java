package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
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
    void metricsAreFlushedBeforeResponse() throws Exception {
        invoke(counted(80), 30_000);
        invoke(counted(81), 30_000);

        assertThat(done).isEqualTo(List.of("success", "flushed", "responded", "failure", "flushed", "responded"));
    }

    @Test
    void invalidEventFlushesPendingMetrics() throws Exception {
        invoke(FunctionEventBuilder.get("/").member("requestContext", null), 30_000);

        assertThat(done).isEqualTo(List.of("flushed", "responded"));
    }

    @Test
    void flushLeavesTimeForResponse() throws Exception {
        invoke(counted(80), 10_000);

        assertThat(allowances.get(0).toMillis() < 10_000)
                .as(() -> "" + allowances)
                .isTrue();
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
