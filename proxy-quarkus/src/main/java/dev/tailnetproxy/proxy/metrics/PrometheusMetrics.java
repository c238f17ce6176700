package dev.tailnetproxy.proxy.metrics;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.Limits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * All requests and the process itself, for a Prometheus server to read. Targets are not among the labels: callers name
 * them, and each would be a time series more.
 */
public final class PrometheusMetrics implements TrafficMetrics {

    /** The value of the label {@code error} where there was none. */
    private static final String NO_ERROR = "none";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Ending, Timer> timers = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Counter bytesIn;
    private final Counter bytesOut;

    /** How requests have ended that are counted together. */
    private record Ending(int status, String error) {}

    /** @param joined whether the node is in the tailnet now */
    public PrometheusMetrics(BooleanSupplier joined) {
        Gauge.builder("tailnet.proxy.requests.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that have arrived and are not over")
                .register(registry);
        Gauge.builder("tailnet.proxy.tailnet.joined", joined, node -> node.getAsBoolean() ? 1 : 0)
                .description("1 while the node is in the tailnet, else 0")
                // Nobody else keeps it, and a gauge without its state tells that it is no number.
                .strongReference(true)
                .register(registry);
        bytesIn = Counter.builder("tailnet.proxy.request.body")
                .description("Bytes of request bodies read")
                .baseUnit("bytes")
                .register(registry);
        bytesOut = Counter.builder("tailnet.proxy.response.body")
                .description("Bytes of responses' bodies handed on")
                .baseUnit("bytes")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** Tells, too, how many connections of clients are open. */
    public void clientConnections(IntSupplier open) {
        Gauge.builder("tailnet.proxy.client.connections", open, IntSupplier::getAsInt)
                .description("Connections of clients to the HTTP port")
                .strongReference(true)
                .register(registry);
    }

    /** Tells, too, how many of them speak another protocol than HTTP. */
    public void upgradedConnections(IntSupplier open) {
        Gauge.builder("tailnet.proxy.upgraded.connections", open, IntSupplier::getAsInt)
                .description("Connections of clients that have switched to another protocol, such as WebSocket")
                .strongReference(true)
                .register(registry);
    }

    /** Shows the limits, too: how much there is, how much there may be, and whom they have turned away. */
    public PrometheusMetrics bindLimits(Limits limits) {
        for (Limit limit : limits.all()) {
            Gauge.builder("tailnet.proxy.limit.used", limit, Limit::used)
                    .description("How much there is of what is limited, idle connections included")
                    .tag("limit", limit.name())
                    .register(registry);
            Gauge.builder("tailnet.proxy.limit.most", limit, Limit::max)
                    .description("How much of it there may be")
                    .tag("limit", limit.name())
                    .register(registry);
            FunctionCounter.builder("tailnet.proxy.limit.refusals", limit, Limit::refusals)
                    .description("Requests that were refused because of the limit")
                    .tag("limit", limit.name())
                    .register(registry);
        }
        return this;
    }

    @Override
    public void started() {
        inFlight.incrementAndGet();
    }

    @Override
    public void ended(int status, Outcome outcome, Duration duration, long in, long out) {
        inFlight.decrementAndGet();
        bytesIn.increment((double) in);
        bytesOut.increment((double) out);
        timers.computeIfAbsent(new Ending(status, outcome.errorLabel().orElse(NO_ERROR)), this::timer)
                .record(duration);
    }

    private Timer timer(Ending ending) {
        return Timer.builder("tailnet.proxy.requests")
                .description("Requests that are over, and the time they took")
                .tag("status", Integer.toString(ending.status()))
                .tag("error", ending.error())
                .register(registry);
    }

    /** Everything now, in Prometheus's text format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
