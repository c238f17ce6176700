package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.metrics.PrometheusMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.server.ManagementServer;
import dev.tailnetproxy.proxy.server.ProxyServer;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.server.ServicePort;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A {@link TestProxy} on two free ports, with one target behind it. Registered as an extension it serves all tests of a class,
 * and its target is as new before each.
 */
public final class TestServer implements AutoCloseable, BeforeEachCallback, AfterAllCallback {

    /** The fields of a request for the target. */
    public static final String TARGET = "host: proxy\r\nts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\n";

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final TestProxy harness;
    private final RawTarget target = new RawTarget(RawTarget.bytes(OK));
    private final ProxyServer server;
    private final ManagementServer management;

    TestServer(TestProxyOptions options) {
        AtomicReference<TestProxy> started = new AtomicReference<>();
        PrometheusMetrics metrics =
                new PrometheusMetrics(() -> started.get().tailnet().state() instanceof TailnetState.Joined);
        harness = options.traffic(new CombinedTraffic(metrics, options.traffic)).start();
        started.set(harness);
        metrics.bindLimits(harness.limits());
        harness.socks().route(TestProxy.PEER, 80, target.port());
        ServerSettings settings = options.server();
        server = new ProxyServer(
                settings,
                harness.proxy(),
                options.services.stream()
                        .map(service -> new ServicePort(Optional.empty(), harness.service(service)))
                        .toList(),
                harness.vertx(),
                harness.clock());
        management = new ManagementServer(settings, harness.tailnet(), metrics, server::draining, harness.vertx());
        metrics.clientConnections(server::connections);
        metrics.upgradedConnections(server::upgradedConnections);
        await(server.start());
        await(management.start());
    }

    private record CombinedTraffic(TrafficMetrics first, TrafficMetrics second) implements TrafficMetrics {

        @Override
        public void started() {
            first.started();
            second.started();
        }

        @Override
        public void ended(int status, Outcome outcome, Duration duration, long bytesIn, long bytesOut) {
            first.ended(status, outcome, duration, bytesIn, bytesOut);
            second.ended(status, outcome, duration, bytesIn, bytesOut);
        }
    }

    public TestProxy harness() {
        return harness;
    }

    public RawTarget target() {
        return target;
    }

    public ProxyServer server() {
        return server;
    }

    /** A connection to the port for requests. */
    public RawClient client() {
        return new RawClient(server.port());
    }

    /** A connection to the port of a service, by its place in the list. */
    public RawClient serviceClient(int index) {
        return new RawClient(server.servicePorts().get(index));
    }

    /** A connection to the port for health and metrics. */
    public RawClient managementClient() {
        return new RawClient(management.port());
    }

    public int managementPort() {
        return management.port();
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("it did not happen", e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        resetTarget();
    }

    /** The target responds as it did at first, and has received nothing. */
    public void resetTarget() {
        target.responds(RawTarget.bytes(OK));
        target.reset();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        harness.close();
        target.close();
    }
}
