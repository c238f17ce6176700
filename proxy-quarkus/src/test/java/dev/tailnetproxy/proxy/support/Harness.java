package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.core.DeniedNames;
import dev.tailnetproxy.proxy.core.Forwarding;
import dev.tailnetproxy.proxy.core.Freezes;
import dev.tailnetproxy.proxy.core.OwnAnswers;
import dev.tailnetproxy.proxy.core.PathFinding;
import dev.tailnetproxy.proxy.core.ProxyService;
import dev.tailnetproxy.proxy.core.ProxySettings;
import dev.tailnetproxy.proxy.core.Targets;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.lambda.LambdaAdapter;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.mapping.ErrorResponses;
import dev.tailnetproxy.proxy.mapping.RequestMapping;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.policy.CallerTargets;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.tailnet.LocalApiTailnet;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A whole proxy without Quarkus and without Lambda, in surroundings that the test controls. */
public final class Harness implements AutoCloseable {

    public static final String PEER = TailnetStandIn.PEER;

    private final Vertx vertx = Vertx.vertx();
    private final LoopbackSocks socks = new LoopbackSocks();
    private final ScriptedLocalApi localApi =
            new ScriptedLocalApi(TailnetStandIn.usual().json());
    private final SettableClock clock = new SettableClock();
    private final LocalApiTailnet tailnet;
    private final UpstreamClient upstream;
    private final ProxyService proxy;
    private final RequestMetrics metrics;
    private final Limits limits;

    Harness(Options options) {
        metrics = options.metrics;
        limits = Limits.of(options.limits);
        tailnet = new LocalApiTailnet(vertx, localApi.socket(), options.stateFile, clock);
        tailnet.start();
        upstream = new UpstreamClient(
                vertx,
                new UpstreamSettings(
                        "127.0.0.1",
                        socks.port(),
                        options.connect,
                        options.firstByte,
                        Duration.ofSeconds(30),
                        options.maxConnections,
                        64 * 1024,
                        options.caBundle),
                limits,
                clock);
        ProxySettings settings = new ProxySettings(
                options.joinWait,
                options.settle,
                new ProxySettings.ExitNode(options.exitNodeConfigured, options.exitNodeRequired),
                TargetRule.parseList(options.insecure),
                options.callers.map(CallerTargets::parse));
        TargetPolicy policy = new TargetPolicy(
                TargetRule.parseList(options.allowed), TargetRule.parseList(options.denied), List.of());
        proxy = new ProxyService(
                new OwnAnswers(vertx, tailnet, clock),
                new Forwarding(
                        settings,
                        new RequestMapping(false),
                        new Targets(policy, DeniedNames.knownIn(tailnet, policy.denied(), clock), settings, clock),
                        upstream,
                        clock,
                        new PathFinding(vertx, tailnet, settings, new Freezes(clock, clock::nanoTime), clock)),
                new ErrorResponses(options.legacy),
                metrics,
                options.traffic,
                limits,
                clock);
    }

    public static Options options() {
        return new Options();
    }

    /** The proxy as a function. */
    public InvokedFunction function() {
        return new InvokedFunction(new LambdaAdapter(proxy, metrics, clock));
    }

    public LoopbackSocks socks() {
        return socks;
    }

    public ScriptedLocalApi localApi() {
        return localApi;
    }

    public SettableClock clock() {
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
    public Call call(String method) {
        return new Call(method);
    }

    public ProxyResponse get() {
        return call("GET").send();
    }

    /** One request, being put together. */
    public final class Call {
        private final String method;
        private Headers headers = Headers.none();
        private Body body = Body.empty();
        private String host = PEER;
        private int port = 80;
        private Duration deadline = Duration.ofSeconds(30);

        private Call(String method) {
            this.method = method;
        }

        public Call to(String newHost, int newPort) {
            host = newHost;
            port = newPort;
            return this;
        }

        public Call header(String name, String value) {
            headers = headers.with(name, value);
            return this;
        }

        public Call body(Body newBody) {
            body = newBody;
            return this;
        }

        public Call within(Duration newDeadline) {
            deadline = newDeadline;
            return this;
        }

        public ProxyResponse send() {
            return await(begin());
        }

        /** The answer as it will be. */
        public Future<ProxyResponse> begin() {
            return begin(Promise.<Void>promise().future());
        }

        /** The response as it will be, unless the client leaves before. */
        public Future<ProxyResponse> begin(Future<Void> gone) {
            Reservation memory = proxy.reservation();
            return proxy.handleBuffered(request(), fields -> 1024 * 1024, memory, gone)
                    .onComplete(over -> memory.close());
        }

        /** The answer with its body still arriving; nobody reads it yet. */
        public ProxyResponse open() {
            return await(proxy.handle(
                    request(), proxy.reservation(), Promise.<Void>promise().future()));
        }

        private ProxyRequest request() {
            Headers all = headers.with("ts-target-ip", host).with("ts-target-port", Integer.toString(port));
            return new ProxyRequest(method, "/", null, all, body, "test", clock.millis() + deadline.toMillis());
        }
    }

    /** The answer when it is there. */
    public static ProxyResponse await(Future<ProxyResponse> answer) {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the proxy did not answer", e);
        }
    }

    /** The name of a proxy error, or the status when it is none. */
    public static String outcome(ProxyResponse response) {
        return response.headers().first("ts-error-name").orElse(Integer.toString(response.status()));
    }

    public static String text(ProxyResponse response) {
        return response.body() instanceof Body.Bytes bytes ? bytes.buffer().toString() : "";
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
