package dev.tailnetproxy.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
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

    private void assertGauge(String line) {
        assertThat(metrics.scrape().lines().anyMatch(line::equals))
                .as(metrics::scrape)
                .isTrue();
    }
}
