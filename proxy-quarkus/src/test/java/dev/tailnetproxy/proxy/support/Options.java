package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** What can differ from test to test in a {@link Harness}; each method changes one thing. */
public final class Options {
    Duration joinWait = Duration.ofSeconds(20);
    Duration settle = Duration.ZERO;
    Duration connect = Duration.ofSeconds(10);
    Duration firstByte = Duration.ofSeconds(60);
    int maxConnections = 16;
    LimitSettings limits = LimitSettings.fitting(1L << 30);
    boolean exitNodeConfigured;
    boolean exitNodeRequired;
    boolean legacy;
    String allowed = "";
    String denied = "";
    String insecure = "";
    Optional<String> callers = Optional.empty();
    Path stateFile = Path.of("/nonexistent");
    Optional<Path> caBundle = Optional.empty();
    RequestMetrics metrics = RequestMetrics.none();
    TrafficMetrics traffic = TrafficMetrics.none();

    private Options with(Consumer<Options> change) {
        change.accept(this);
        return this;
    }

    public Options joinWait(Duration value) {
        return with(o -> o.joinWait = value);
    }

    public Options settle(Duration value) {
        return with(o -> o.settle = value);
    }

    public Options connect(Duration value) {
        return with(o -> o.connect = value);
    }

    public Options firstByte(Duration value) {
        return with(o -> o.firstByte = value);
    }

    public Options maxConnections(int value) {
        return with(o -> o.maxConnections = value);
    }

    public Options limits(LimitSettings value) {
        return with(o -> o.limits = value);
    }

    public Options exitNodeRequired() {
        return with(o -> o.exitNodeRequired = true);
    }

    public Options exitNodeConfigured() {
        return with(o -> o.exitNodeConfigured = true);
    }

    public Options legacy() {
        return with(o -> o.legacy = true);
    }

    public Options allowed(String value) {
        return with(o -> o.allowed = value);
    }

    public Options denied(String value) {
        return with(o -> o.denied = value);
    }

    public Options insecure(String value) {
        return with(o -> o.insecure = value);
    }

    public Options callers(String value) {
        return with(o -> o.callers = Optional.of(value));
    }

    public Options stateFile(Path value) {
        return with(o -> o.stateFile = value);
    }

    public Options caBundle(Path value) {
        return with(o -> o.caBundle = Optional.of(value));
    }

    public Options metrics(RequestMetrics value) {
        return with(o -> o.metrics = value);
    }

    public Options traffic(TrafficMetrics value) {
        return with(o -> o.traffic = value);
    }

    public Harness start() {
        return new Harness(this);
    }
}
