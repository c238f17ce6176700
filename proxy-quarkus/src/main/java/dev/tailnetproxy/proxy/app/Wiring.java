package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.function.environment.Environment;
import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.forwarder.FixedTargetSelector;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.SenderErrorResponses;
import dev.tailnetproxy.proxy.forwarding.ControlEndpoints;
import dev.tailnetproxy.proxy.forwarding.Delivery;
import dev.tailnetproxy.proxy.forwarding.ErrorResponses;
import dev.tailnetproxy.proxy.forwarding.FailureResponses;
import dev.tailnetproxy.proxy.forwarding.HeaderTargetSelector;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestForwarder;
import dev.tailnetproxy.proxy.forwarding.RequestQueueing;
import dev.tailnetproxy.proxy.forwarding.RequestStore;
import dev.tailnetproxy.proxy.forwarding.ResponseFilter;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.metrics.CloudWatchMetrics;
import dev.tailnetproxy.proxy.metrics.EmbeddedMetrics;
import dev.tailnetproxy.proxy.metrics.FlushableMetrics;
import dev.tailnetproxy.proxy.metrics.PrometheusMetrics;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.resolution.DeniedNamesTailnet;
import dev.tailnetproxy.proxy.resolution.FreezeDetector;
import dev.tailnetproxy.proxy.resolution.PathDiscovery;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
import dev.tailnetproxy.proxy.tailnet.ExternalSocksProxy;
import dev.tailnetproxy.proxy.tailnet.LocalApiTailnet;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Makes the parts from the settings. All of it happens at start, so that a wrong setting stops it. */
@Singleton
class Wiring {

    private static final Logger LOG = Logger.getLogger(Wiring.class);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    /** By their own names, and from no other source than Quarkus's: a test sets them as a system property does. */
    @Produces
    @Singleton
    Environment environment(Config config) {
        return name -> config.getOptionalValue(name, String.class);
    }

    @Produces
    @Singleton
    @Startup
    Settings settings(Environment environment) {
        try {
            Settings settings = Settings.of(environment);
            settings.warnings().forEach(LOG::warn);
            return settings;
        } catch (InvalidSettingsException e) {
            // One line each, too: Quarkus will say them in the middle of a stack trace of its own.
            e.settings().forEach(setting -> LOG.fatal(setting.sentence()));
            throw e;
        }
    }

    @Produces
    @Singleton
    @Startup
    Tailnet tailnet(Settings settings, Vertx vertx, Clock clock) {
        if (settings.localApiSocket().isEmpty()) {
            return new ExternalSocksProxy();
        }
        LocalApiTailnet tailnet =
                new LocalApiTailnet(vertx, settings.localApiSocket().get(), settings.stateFile(), clock);
        tailnet.start();
        return tailnet;
    }

    void stop(@Disposes Tailnet tailnet) {
        tailnet.close();
    }

    @Produces
    @Singleton
    @Startup
    Optional<CloudWatchMetrics> cloudWatch(Settings settings, Clock clock) {
        if (settings.metrics() != Settings.Metrics.CLOUDWATCH) {
            return Optional.empty();
        }
        try {
            return Optional.of(CloudWatchMetrics.fromEnvironment(clock));
        } catch (IllegalStateException e) {
            throw new InvalidSettingsException(List.of(new InvalidSetting(
                    ProxyVariables.METRICS.name(), "can't be \"cloudwatch\" here, because " + e.getMessage())));
        }
    }

    @Produces
    @Singleton
    @Startup
    RequestMetrics metrics(Settings settings, Optional<CloudWatchMetrics> cloudWatch, Clock clock) {
        RequestMetrics metrics = settings.metrics() == Settings.Metrics.EMF
                ? new EmbeddedMetrics(System.out, clock)
                : cloudWatch.<RequestMetrics>map(sent -> sent).orElseGet(RequestMetrics::none);
        return settings.metricLabelFilter().decorate(metrics);
    }

    @Produces
    @Singleton
    FlushableMetrics flushableMetrics(Optional<CloudWatchMetrics> cloudWatch) {
        return cloudWatch.<FlushableMetrics>map(sent -> sent).orElseGet(FlushableMetrics::none);
    }

    void stop(@Disposes RequestMetrics metrics) {
        metrics.close();
    }

    @Produces
    @Singleton
    @Startup
    Limits limits(Settings settings) {
        return Limits.of(settings.limits());
    }

    @Produces
    @Singleton
    TrafficMetrics traffic(Settings settings, Tailnet tailnet, Limits limits) {
        return settings.server().isEmpty()
                ? TrafficMetrics.none()
                : new PrometheusMetrics(() -> tailnet.state().isReady()).bindLimits(limits);
    }

    void stop(@Disposes TrafficMetrics traffic) {
        traffic.close();
    }

    @Produces
    @Singleton
    @Startup
    UpstreamClient upstream(Settings settings, Limits limits, Vertx vertx, Clock clock) {
        return new UpstreamClient(vertx, settings.upstream(), limits, clock);
    }

    void stop(@Disposes UpstreamClient upstream) {
        upstream.close();
    }

    @Produces
    @Singleton
    @Startup
    SenderCheck senderCheck(Settings settings, Clock clock) {
        return settings.verification()
                .<SenderCheck>map(verification -> VerifiedSender.of(verification, clock))
                .orElseGet(SenderCheck::none);
    }

    @Produces
    @Singleton
    TargetResolver resolver(Settings settings, Tailnet tailnet, Clock clock) {
        return new TargetResolver(
                settings.policy(),
                DeniedNamesTailnet.decorate(tailnet, settings.policy().denied().rules(), clock),
                settings.resolution());
    }

    @Produces
    @Singleton
    @Startup
    PathDiscovery paths(Settings settings, Tailnet tailnet, Vertx vertx, Clock clock) {
        return new PathDiscovery(
                vertx,
                tailnet,
                settings.resolution(),
                new FreezeDetector(clock, System::nanoTime).withHeartbeat(vertx),
                clock);
    }

    @Produces
    @Singleton
    Delivery delivery(
            Settings settings,
            SenderCheck senderCheck,
            Optional<RequestStore> store,
            TargetResolver resolver,
            UpstreamClient upstream,
            PathDiscovery paths) {
        TargetSelector selector = selector(settings, senderCheck);
        return store.<Delivery>map(queue -> new RequestQueueing(selector, queue))
                .orElseGet(() -> new RequestForwarder(
                        settings.unverifiedTlsTargets(),
                        selector,
                        settings.forwarder()
                                .<ResponseFilter>map(ForwarderSettings::response)
                                .orElseGet(ResponseFilter::passAll),
                        resolver,
                        upstream,
                        paths));
    }

    @Produces
    @Singleton
    @Startup
    ProxyService proxy(
            Settings settings,
            Delivery delivery,
            Tailnet tailnet,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Limits limits,
            Vertx vertx,
            Clock clock) {
        return new ProxyService(
                new ControlEndpoints(vertx, tailnet), delivery, errors(settings), metrics, traffic, limits, clock);
    }

    private static TargetSelector selector(Settings settings, SenderCheck senderCheck) {
        return settings.forwarder()
                .<TargetSelector>map(
                        forwarder -> new FixedTargetSelector(forwarder, senderCheck, settings.underscoreHeaders()))
                .orElseGet(() -> new HeaderTargetSelector(
                        new RequestHeaderMapper(settings.passForwarded(), settings.underscoreHeaders())));
    }

    private static FailureResponses errors(Settings settings) {
        return settings.forwarder()
                .<FailureResponses>map(
                        forwarder -> new SenderErrorResponses(forwarder.rules().methods()))
                .orElseGet(() -> new ErrorResponses(settings.legacyErrors()));
    }
}
