package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.function.forward.HttpService;
import dev.tailnetproxy.function.forward.HttpServiceGrammar;
import dev.tailnetproxy.proxy.forwarder.FixedTargetSelector;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.SenderErrorResponses;
import dev.tailnetproxy.proxy.forwarding.ErrorResponses;
import dev.tailnetproxy.proxy.forwarding.FailureResponses;
import dev.tailnetproxy.proxy.forwarding.HeaderTargetSelector;
import dev.tailnetproxy.proxy.forwarding.RequestStore;
import dev.tailnetproxy.proxy.forwarding.ResponseFilter;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.metrics.FlushableMetrics;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.server.Access;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.upstream.DialLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts a proxy in the tests' process: what can differ from test to test, each method changing one thing. */
public final class TestProxyOptions {
    Duration joinWait = Duration.ofSeconds(20);
    Duration settle = Duration.ZERO;
    Duration connect = Duration.ofSeconds(10);
    Duration firstByte = Duration.ofSeconds(60);
    int maxConnections = 16;
    DialLimit dials = DialLimit.of(32);
    /** Longer than any test waits. */
    Duration connectionAttemptDelay = Duration.ofHours(1);

    LimitSettings limits = LimitSettings.forHeap(1L << 30);
    boolean exitNodeConfigured;
    boolean exitNodeRequired;
    FailureResponses errors = new ErrorResponses(false);
    TargetSelector selector = new HeaderTargetSelector(new RequestHeaderMapper(false));
    ResponseFilter responseFilter = ResponseFilter.passAll();
    String allowed = "";
    String denied = "";
    String insecure = "";
    Optional<String> callers = Optional.empty();
    Path stateFile = Path.of("/nonexistent");
    Optional<Path> caBundle = Optional.empty();
    RequestMetrics metrics = RequestMetrics.none();
    Optional<RequestStore> store = Optional.empty();
    Optional<TestDelivery> queue = Optional.empty();
    FlushableMetrics flushableMetrics = FlushableMetrics.none();
    TrafficMetrics traffic = TrafficMetrics.none();
    List<HttpService> services = List.of();
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration requestTimeout = Duration.ofSeconds(60);
    private Duration upgradeIdleTimeout = Duration.ofSeconds(60);
    private Duration drainTimeout = Duration.ofSeconds(30);
    private int maxClientConnections = 512;
    private Access access = Access.open();

    private TestProxyOptions with(Consumer<TestProxyOptions> change) {
        change.accept(this);
        return this;
    }

    public TestProxyOptions joinWait(Duration value) {
        return with(o -> o.joinWait = value);
    }

    public TestProxyOptions settle(Duration value) {
        return with(o -> o.settle = value);
    }

    public TestProxyOptions connect(Duration value) {
        return with(o -> o.connect = value);
    }

    public TestProxyOptions firstByte(Duration value) {
        return with(o -> o.firstByte = value);
    }

    public TestProxyOptions maxConnections(int value) {
        return with(o -> o.maxConnections = value);
    }

    public TestProxyOptions connectionAttemptDelay(Duration value) {
        return with(o -> o.connectionAttemptDelay = value);
    }

    public TestProxyOptions dials(DialLimit value) {
        return with(o -> o.dials = value);
    }

    public TestProxyOptions limits(LimitSettings value) {
        return with(o -> o.limits = value);
    }

    public TestProxyOptions exitNodeRequired() {
        return with(o -> o.exitNodeRequired = true);
    }

    public TestProxyOptions exitNodeConfigured() {
        return with(o -> o.exitNodeConfigured = true);
    }

    public TestProxyOptions legacy() {
        return with(o -> o.errors = new ErrorResponses(true));
    }

    /** In forwarder mode. */
    public TestProxyOptions forwarder(ForwarderSettings settings, SenderCheck senderCheck) {
        return with(o -> {
            o.selector = new FixedTargetSelector(settings, senderCheck, UnderscoreHeaders.PASS);
            o.responseFilter = settings.response();
            o.errors = new SenderErrorResponses(settings.rules().methods());
        });
    }

    /** In forwarder mode with queued delivery. */
    public TestProxyOptions queued(ForwarderSettings settings, SenderCheck senderCheck, TestDelivery delivery) {
        return forwarder(settings, senderCheck).with(o -> {
            o.store = Optional.of(delivery.store(senderCheck));
            o.queue = Optional.of(delivery);
        });
    }

    public TestProxyOptions allowed(String value) {
        return with(o -> o.allowed = value);
    }

    public TestProxyOptions denied(String value) {
        return with(o -> o.denied = value);
    }

    public TestProxyOptions insecure(String value) {
        return with(o -> o.insecure = value);
    }

    public TestProxyOptions callers(String value) {
        return with(o -> o.callers = Optional.of(value));
    }

    public TestProxyOptions stateFile(Path value) {
        return with(o -> o.stateFile = value);
    }

    public TestProxyOptions caBundle(Path value) {
        return with(o -> o.caBundle = Optional.of(value));
    }

    public TestProxyOptions metrics(RequestMetrics value) {
        return with(o -> o.metrics = value);
    }

    public TestProxyOptions flushableMetrics(FlushableMetrics value) {
        return with(o -> o.flushableMetrics = value);
    }

    public TestProxyOptions traffic(TrafficMetrics value) {
        return with(o -> o.traffic = value);
    }

    /** The services with ports of their own, as the environment names them; each takes a free port. */
    public TestProxyOptions services(String value) {
        HttpServiceGrammar.Reading reading = new HttpServiceGrammar(Map.of()).readList(value);
        if (!reading.mistakes().isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", reading.mistakes()));
        }
        return with(o -> o.services = reading.services());
    }

    /** How long the HTTP port keeps connections without a request. */
    public TestProxyOptions idleTimeout(Duration value) {
        return with(o -> o.idleTimeout = value);
    }

    /** How long a request on the HTTP port may take. */
    public TestProxyOptions requestTimeout(Duration value) {
        return with(o -> o.requestTimeout = value);
    }

    /** How long the HTTP port keeps connections of another protocol on which no byte passes. */
    public TestProxyOptions upgradeIdleTimeout(Duration value) {
        return with(o -> o.upgradeIdleTimeout = value);
    }

    public TestProxyOptions drainTimeout(Duration value) {
        return with(o -> o.drainTimeout = value);
    }

    /** How many connections the HTTP port has at the most. */
    public TestProxyOptions maxClientConnections(int value) {
        return with(o -> o.maxClientConnections = value);
    }

    /** Who may use the HTTP port, and whether it speaks TLS. */
    public TestProxyOptions access(Access value) {
        return with(o -> o.access = value);
    }

    /** The proxy as a function, or for calls from the test. */
    public TestProxy start() {
        return new TestProxy(this);
    }

    /** The proxy on an HTTP port and a management port. */
    public TestServer listen() {
        return new TestServer(this);
    }

    ServerSettings server() {
        return new ServerSettings(
                "127.0.0.1",
                Optional.empty(),
                "127.0.0.1",
                Optional.empty(),
                idleTimeout,
                requestTimeout,
                upgradeIdleTimeout,
                drainTimeout,
                maxClientConnections,
                access);
    }
}
