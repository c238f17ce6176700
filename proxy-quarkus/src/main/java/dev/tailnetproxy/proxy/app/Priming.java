package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.contract.SizeLimits;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.forwarding.Delivery;
import dev.tailnetproxy.proxy.forwarding.HeaderTargetSelector;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestForwarder;
import dev.tailnetproxy.proxy.forwarding.ResponseFilter;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.lambda.FunctionHandler;
import dev.tailnetproxy.proxy.lambda.Invocation;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.metrics.FlushableMetrics;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.resolution.FreezeDetector;
import dev.tailnetproxy.proxy.resolution.PathDiscovery;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
import dev.tailnetproxy.proxy.upstream.DialLimit;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes the first request of a function on a JVM short: while Lambda waits for the init phase, which has all of a processor, a
 * few events go through all that a request goes through, to a {@link PrimingTarget} of its own. Otherwise the first client
 * waits until the classes are loaded. Nothing is dialled but that target, and neither log nor metrics are told.
 *
 * <p>A native executable has nothing to load, and a container is ready only when its clients come.
 */
@Singleton
class Priming {

    private static final Logger LOG = Logger.getLogger(Priming.class);

    /** The first loads the classes; the next ones find what is made at the second use, such as a kept connection. */
    private static final int EVENTS = 3;

    /** For one event, of which the function keeps a part for writing the response. */
    private static final Duration TIME = Duration.ofSeconds(1);

    private static final byte[] EVENT =
            """
            {"version":"2.0","rawPath":"/","rawQueryString":"","isBase64Encoded":true,"body":"cHJpbWluZw==","headers":{            "accept":"*/*","content-type":"text/plain","ts-target-ip":"%s","ts-target-port":"%d"},"requestContext":{            "domainName":"priming","http":{"method":"POST","sourceIp":"127.0.0.1"},"authorizer":{"iam":{            "accountId":"123456789012","userArn":"arn:aws:sts::123456789012:assumed-role/priming/priming"}}}}"""
                    .formatted(PrimingTailnet.PEER, PrimingTailnet.PORT)
                    .getBytes(StandardCharsets.UTF_8);

    private final Settings settings;
    private final ProxyService proxy;
    private final Vertx vertx;
    private final Clock clock;

    @Inject
    Priming(Settings settings, ProxyService proxy, Vertx vertx, Clock clock) {
        this.settings = settings;
        this.proxy = proxy;
        this.vertx = vertx;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (settings.inLambda() && !ImageMode.current().isNativeImage()) {
            String last = prime();
            LOG.debugf("priming: %s", last);
        }
    }

    /** Sends the events. Never fails; returns the last response, or why there is none. */
    String prime() {
        String last = "";
        try (PrimingTarget target = PrimingTarget.open();
                UpstreamClient client = client(target)) {
            FunctionHandler function = new FunctionHandler(
                    proxy.unrecorded(delivery(client)), Optional.empty(), FlushableMetrics.none(), clock);
            for (int i = 0; i < EVENTS; i++) {
                ByteArrayOutputStream response = new ByteArrayOutputStream();
                function.handle(new ByteArrayInputStream(EVENT), response, new Invocation("priming", () -> TIME));
                last = response.toString(StandardCharsets.UTF_8);
            }
            return last;
        } catch (IOException | RuntimeException e) {
            return "no response: " + e;
        }
    }

    private UpstreamClient client(PrimingTarget target) {
        UpstreamSettings ofTarget = new UpstreamSettings(
                target.host(),
                target.port(),
                TIME,
                TIME,
                TIME,
                1,
                DialLimit.of(1),
                UpstreamSettings.CONNECTION_ATTEMPT_DELAY,
                SizeLimits.MAX_HEADER_SECTION_BYTES,
                Optional.empty());
        return new UpstreamClient(vertx, ofTarget, Limits.of(settings.limits()), clock);
    }

    private Delivery delivery(UpstreamClient client) {
        PrimingTailnet tailnet = new PrimingTailnet(clock.instant());
        ResolutionSettings resolution = new ResolutionSettings(
                Duration.ZERO, Duration.ZERO, new ResolutionSettings.ExitNode(false, false), Optional.empty());
        return new RequestForwarder(
                List.of(),
                new HeaderTargetSelector(
                        new RequestHeaderMapper(settings.passForwarded(), settings.underscoreHeaders())),
                ResponseFilter.passAll(),
                new TargetResolver(new TargetPolicy(List.of(), List.of(), List.of()), tailnet, resolution),
                client,
                new PathDiscovery(vertx, tailnet, resolution, new FreezeDetector(clock, System::nanoTime), clock));
    }
}
