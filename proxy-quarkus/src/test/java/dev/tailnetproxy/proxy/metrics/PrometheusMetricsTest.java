package dev.tailnetproxy.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.support.AllocatedBytes;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of the process, and for how long. */
class PrometheusMetricsTest {

    private final AtomicBoolean state = new AtomicBoolean(true);
    private final PrometheusMetrics metrics = new PrometheusMetrics(() -> state.get());

    @AfterEach
    void stop() {
        metrics.close();
    }

    @Test
    void gaugeSurvivesGarbageCollection() {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        Awaitility.await().until(() -> {
            System.gc();
            return garbage.refersTo(null);
        });

        assertGauge("tailnet_proxy_tailnet_joined 1.0");
        state.set(false);
        assertGauge("tailnet_proxy_tailnet_joined 0.0");
    }

    @Test
    void requestsAreCountedByTheirEnd() {
        for (int i = 0; i < 2; i++) {
            metrics.started();
            metrics.ended(200, Outcome.Forwarded.INSTANCE, Duration.ofMillis(1), 1, 2);
        }
        metrics.started();
        metrics.ended(502, Outcome.of(ErrorName.CONNECTION_RESET, "it broke"), Duration.ofMillis(1), 0, 0);

        assertGauge("tailnet_proxy_requests_seconds_count{error=\"none\",status=\"200\"} 2");
        assertGauge("tailnet_proxy_requests_seconds_count{error=\"ConnectionReset\",status=\"502\"} 1");
        assertGauge("tailnet_proxy_response_body_bytes_total 4.0");
    }

    @Test
    void countingTakesLittleOfTheHeap() throws Exception {
        long bytes = AllocatedBytes.perRun(() -> {
            metrics.started();
            metrics.ended(200, Outcome.Forwarded.INSTANCE, Duration.ofMillis(1), 1, 2);
            return metrics;
        });

        assertThat(bytes).isLessThanOrEqualTo(300);
    }

    private void assertGauge(String line) {
        assertThat(metrics.scrape().lines().anyMatch(line::equals))
                .as(metrics::scrape)
                .isTrue();
    }
}
