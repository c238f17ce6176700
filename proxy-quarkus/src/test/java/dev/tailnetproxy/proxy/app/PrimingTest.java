package dev.tailnetproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.TestConfig;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.tailnet.LocalApiTailnet;
import io.quarkus.runtime.StartupEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a function does in its init phase so that its first request is short, and what nobody may see of it. */
class PrimingTest {

    private static final String RUNTIME_API = "AWS_LAMBDA_RUNTIME_API";

    private final CountedRequests traffic = new CountedRequests(new AtomicInteger());
    private final TestProxy proxy = TestProxy.options().traffic(traffic).start();

    /** Of those that began, and of those that are over. */
    private record CountedRequests(AtomicInteger count) implements TrafficMetrics {

        @Override
        public void started() {
            count.incrementAndGet();
        }

        @Override
        public void ended(int status, Outcome outcome, Duration duration, long bytesIn, long bytesOut) {
            count.incrementAndGet();
        }
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Priming priming(Map<String, String> environment) throws Exception {
        Settings settings = new Wiring().settings(TestConfig.of(environment));
        return new Priming(settings, proxy.proxy(), proxy.vertx(), Clock.systemUTC());
    }

    @Test
    void aRequestGoesAllTheWayAndItsResponseAllTheWayBack() throws Exception {
        String response = priming(Map.of()).prime();

        assertThat(response)
                .startsWith("{\"statusCode\":200,")
                .contains("\"content-type\":\"text/plain\"")
                .endsWith("\"body\":\"cHJpbWluZw==\"}");
    }

    @Test
    void neitherLogNorMetricsAreTold() throws Exception {
        try (CapturedLog log = CapturedLog.of("")) {
            priming(Map.of(RUNTIME_API, "127.0.0.1:9")).start(new StartupEvent());

            assertThat(log.records().stream()
                            // Of the test's own proxy, which joins meanwhile.
                            .filter(line -> !LocalApiTailnet.class.getName().equals(line.getLoggerName()))
                            .filter(line -> line.getLevel().intValue() > Level.DEBUG.intValue())
                            .map(line -> line.getMessage()))
                    .isEmpty();
        }
        assertThat(traffic.count()).hasValue(0);
    }

    @Test
    void nothingOfItReachesTailscaled() throws Exception {
        priming(Map.of()).prime();

        assertThat(proxy.socks().dials()).isEmpty();
        assertThat(proxy.limits().all()).allMatch(limit -> limit.used() == 0);
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "127.0.0.1:9, 1"})
    void onlyAFunctionIsPrimed(String runtimeApi, int times) throws Exception {
        try (CapturedLog log = CapturedLog.of(Priming.class.getName())) {
            priming(Map.of(RUNTIME_API, runtimeApi)).start(new StartupEvent());

            assertThat(log.messages()).hasSize(times);
        }
    }

    @Test
    void aFailureIsNoFailureOfTheFunction() throws Exception {
        Priming priming = priming(Map.of(RUNTIME_API, "127.0.0.1:9"));
        proxy.vertx().close().toCompletionStage().toCompletableFuture().join();

        try (CapturedLog log = CapturedLog.of(Priming.class.getName())) {
            priming.start(new StartupEvent());

            assertThat(log.records()).singleElement().satisfies(line -> assertThat(line.getLevel())
                    .isEqualTo(Level.DEBUG));
            assertThat(log.messages().get(0)).doesNotContain("\"statusCode\":200");
        }
    }
}
