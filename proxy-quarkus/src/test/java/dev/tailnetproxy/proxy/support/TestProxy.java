package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.forward.HttpService;
import dev.tailnetproxy.proxy.delivery.QueueConsumer;
import dev.tailnetproxy.proxy.forwarder.ResponseDetail;
import dev.tailnetproxy.proxy.forwarder.ServiceTargetSelector;
import dev.tailnetproxy.proxy.forwarding.ControlEndpoints;
import dev.tailnetproxy.proxy.forwarding.Delivery;
import dev.tailnetproxy.proxy.forwarding.ErrorResponses;
import dev.tailnetproxy.proxy.forwarding.FailureResponses;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestForwarder;
import dev.tailnetproxy.proxy.forwarding.RequestQueueing;
import dev.tailnetproxy.proxy.forwarding.ResponseFilter;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.lambda.FunctionHandler;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.metrics.FlushableMetrics;
import dev.tailnetproxy.proxy.policy.CallerTargets;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.resolution.DeniedNamesTailnet;
import dev.tailnetproxy.proxy.resolution.FreezeDetector;
import dev.tailnetproxy.proxy.resolution.PathDiscovery;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
import dev.tailnetproxy.proxy.tailnet.LocalApiTailnet;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import dev.tailnetproxy.testkit.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A whole proxy without Quarkus and without Lambda, in surroundings that the test controls. */
public final class TestProxy implements AutoCloseable {

    public static final String PEER = TestTailnet.PEER;

    private final Vertx vertx = Vertx.vertx();
    private final TestSocksServer socks = new TestSocksServer();
    private final TestLocalApi localApi =
            new TestLocalApi(TestTailnet.defaultStatus().json());
    private final TestClock clock = new TestClock();
    private final LocalApiTailnet tailnet;
    private final UpstreamClient upstream;
    private final ProxyService proxy;
    private final Optional<QueueConsumer> consumer;
    private final FlushableMetrics flushableMetrics;
    private final Limits limits;
    private final Function<TargetSelector, Delivery> forwarders;

    TestProxy(TestProxyOptions options) {
        flushableMetrics = options.flushableMetrics;
        limits = Limits.of(options.limits);
        tailnet = new LocalApiTailnet(vertx, localApi.socket(), options.stateFile, clock);
        tailnet.start();
        upstream = new UpstreamClient(
                vertx,
                new UpstreamSettings(
                        "127.0.0.1",
                        new Port(socks.port()),
                        options.connect,
                        options.firstByte,
                        Duration.ofSeconds(30),
                        options.maxConnections,
                        options.dials,
                        options.connectionAttemptDelay,
                        64 * 1024,
                        options.caBundle),
                limits,
                clock);
        ResolutionSettings settings = new ResolutionSettings(
                options.joinWait,
                options.settle,
                new ResolutionSettings.ExitNode(options.exitNodeConfigured, options.exitNodeRequired),
                options.callers.map(CallerTargets::parse));
        TargetPolicy policy = new TargetPolicy(
                TargetRule.parseList(options.allowed), TargetRule.parseList(options.denied), List.of());
        TargetResolver resolver = new TargetResolver(
                policy, DeniedNamesTailnet.decorate(tailnet, policy.denied().rules(), clock), settings);
        PathDiscovery paths =
                new PathDiscovery(vertx, tailnet, settings, new FreezeDetector(clock, clock::nanoTime), clock);
        List<TargetRule> insecure = TargetRule.parseList(options.insecure);
        forwarders = selector ->
                new RequestForwarder(insecure, selector, ResponseFilter.passAll(), resolver, upstream, paths);
        proxy = service(
                options,
                options.store
                        .<Delivery>map(store -> new RequestQueueing(options.selector, store))
                        .orElseGet(() -> new RequestForwarder(
                                insecure, options.selector, options.responseFilter, resolver, upstream, paths)),
                options.errors);
        consumer = options.queue.map(queue -> queue.consumer(
                service(
                        options,
                        new RequestForwarder(
                                insecure, queue.selector(), ResponseDetail.STATUS, resolver, upstream, paths),
                        new ErrorResponses(false)),
                clock));
    }

    private ProxyService service(TestProxyOptions options, Delivery delivery, FailureResponses errors) {
        return new ProxyService(
                new ControlEndpoints(vertx, tailnet),
                delivery,
                errors,
                options.metrics,
                options.traffic,
                limits,
                clock);
    }

    public static TestProxyOptions options() {
        return new TestProxyOptions();
    }

    /** The proxy as a function. */
    public TestFunction function() {
        return new TestFunction(new FunctionHandler(proxy, consumer, flushableMetrics, clock));
    }

    /** The proxy of a service's port. */
    ProxyService service(HttpService service) {
        return proxy.withDelivery(forwarders.apply(new ServiceTargetSelector(service, false, UnderscoreHeaders.PASS)));
    }

    public TestSocksServer socks() {
        return socks;
    }

    public TestLocalApi localApi() {
        return localApi;
    }

    public TestClock clock() {
        return clock;
    }

    public LocalApiTailnet tailnet() {
        return tailnet;
    }

    public ProxyService proxy() {
        return proxy;
    }

    public Limits limits() {
        return limits;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** A request to port 80 of the usual peer. */
    public RequestBuilder call(String method) {
        return new RequestBuilder(method);
    }

    public ProxyResponse get() {
        return call("GET").send();
    }

    /** One request, being put together. */
    public final class RequestBuilder {
        private final String method;
        private Headers headers = Headers.none();
        private Body body = Body.empty();
        private String host = PEER;
        private int port = 80;
        private Duration deadline = Duration.ofSeconds(30);

        private RequestBuilder(String method) {
            this.method = method;
        }

        public RequestBuilder to(String newHost, int newPort) {
            host = newHost;
            port = newPort;
            return this;
        }

        public RequestBuilder header(String name, String value) {
            headers = headers.with(name, value);
            return this;
        }

        public RequestBuilder body(Body newBody) {
            body = newBody;
            return this;
        }

        public RequestBuilder within(Duration newDeadline) {
            deadline = newDeadline;
            return this;
        }

        public ProxyResponse send() {
            return await(begin());
        }

        /** The response as it will be. */
        public Future<ProxyResponse> begin() {
            return begin(Promise.<Void>promise().future());
        }

        /** The response as it will be, unless the client leaves before. */
        public Future<ProxyResponse> begin(Future<Void> gone) {
            Reservation memory = proxy.reservation();
            return proxy.handleBuffered(request(), fields -> 1024 * 1024, memory, gone)
                    .onComplete(finished -> memory.close());
        }

        /** The response with its body still arriving; nobody reads it yet. */
        public ProxyResponse open() {
            return await(proxy.handle(
                    request(), proxy.reservation(), Promise.<Void>promise().future()));
        }

        private ProxyRequest request() {
            Headers all = headers.with("ts-target-ip", host).with("ts-target-port", Integer.toString(port));
            return ProxyRequest.of(method, "/", null, all, body, "test", Deadline.in(deadline, clock));
        }
    }

    /** The response when it is there. */
    public static ProxyResponse await(Future<ProxyResponse> response) {
        try {
            return response.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the proxy did not respond", e);
        }
    }

    /** The name of a proxy error, or the status when it is none. */
    public static String outcome(ProxyResponse response) {
        return response.headers().first("ts-error-name").orElse(Integer.toString(response.status()));
    }

    public static String text(ProxyResponse response) {
        return response.body().bytes().map(bytes -> bytes.buffer().toString()).orElse("");
    }

    @Override
    public void close() {
        tailnet.close();
        upstream.close();
        localApi.close();
        socks.close();
        vertx.close();
    }
}
