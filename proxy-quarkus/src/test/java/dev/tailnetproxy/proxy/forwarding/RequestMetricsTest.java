package dev.tailnetproxy.proxy.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests with the three metric headers are counted, and as what. */
class RequestMetricsTest {

    record Case(String description, FunctionEventBuilder event, List<String> counted) {
        @Override
        public String toString() {
            return description;
        }
    }

    private static FunctionEventBuilder get(String path) {
        return FunctionEventBuilder.get(path)
                .target(TestProxy.PEER, 80)
                .header("ts-metric-service", "orders")
                .header("ts-metric-dimension-name", "site")
                .header("ts-metric-dimension-value", "factory-7");
    }

    static Stream<Case> cases() {
        List<String> failure = List.of("failure");
        return Stream.of(
                new Case("the target responds", get("/"), List.of("success")),
                new Case("nobody listens", get("/").target(TestProxy.PEER, 81), failure),
                new Case("not allowed", get("/").target("127.0.0.1", 80), failure),
                new Case("no valid target", get("/").target("127.1", 80), failure),
                new Case("no target", get("/").header("ts-target-ip", ""), failure),
                new Case("no valid path", get("/a b"), failure),
                new Case("no valid header", get("/").header("x-a", "1\u0000"), failure),
                new Case("no valid timeout", get("/").header("ts-timeout-ms", "soon"), failure),
                new Case("labels out of bounds", get("/").header("ts-metric-service", "a\nb"), List.of()),
                new Case("no labels", FunctionEventBuilder.get("/").target(TestProxy.PEER, 80), List.of()),
                new Case("health", get("/").header("ts-health", "true"), List.of()),
                new Case("warm-up", get("/").header("ts-warmer", "true"), List.of()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void countsRequestsForTargets(Case request) throws Exception {
        List<String> counted = new ArrayList<>();
        RequestMetrics metrics = (labels, reached, duration) -> counted.add(reached ? "success" : "failure");
        try (RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"));
                TestProxy proxy = TestProxy.options().metrics(metrics).start()) {
            proxy.socks().route(TestProxy.PEER, 80, target.port());
            proxy.function().invoke(request.event().json(), 30_000);
        }

        assertThat(counted).isEqualTo(request.counted());
    }
}
