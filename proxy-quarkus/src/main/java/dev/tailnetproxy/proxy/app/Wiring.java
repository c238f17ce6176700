package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.proxy.config.InvalidSetting;
import dev.tailnetproxy.proxy.config.ProxyConfig;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.core.DeniedNames;
import dev.tailnetproxy.proxy.core.Forwarding;
import dev.tailnetproxy.proxy.core.Freezes;
import dev.tailnetproxy.proxy.core.OwnAnswers;
import dev.tailnetproxy.proxy.core.PathFinding;
import dev.tailnetproxy.proxy.core.ProxyService;
import dev.tailnetproxy.proxy.core.ProxySettings;
import dev.tailnetproxy.proxy.core.Targets;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.mapping.ErrorResponses;
import dev.tailnetproxy.proxy.mapping.RequestMapping;
import dev.tailnetproxy.proxy.metrics.CloudWatchMetrics;
import dev.tailnetproxy.proxy.metrics.EmbeddedMetrics;
import dev.tailnetproxy.proxy.metrics.PrometheusMetrics;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.tailnet.ForeignSocks;
import dev.tailnetproxy.proxy.tailnet.LocalApiTailnet;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
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

    @Produces
    @Singleton
    @Startup
    Settings settings(ProxyConfig config) {
        try {
            Settings settings = Settings.of(config);
            settings.warnings().forEach(LOG::warn);
            return settings;
        } catch (InvalidSetting e) {
            // By itself, too: Quarkus will say it in the middle of a stack trace of its own.
            LOG.fatal(e.getMessage());
            throw e;
        }
    }

    @Produces
    @Singleton
    @Startup
    Tailnet tailnet(Settings settings, Vertx vertx, Clock clock) {
        if (settings.localApiSocket().isEmpty()) {
            return new ForeignSocks();
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
    RequestMetrics metrics(Settings settings, Clock clock) {
        return settings.countedLabels()
                .in(
                        switch (settings.metrics()) {
                            case EMF -> new EmbeddedMetrics(System.out, clock);
                            case CLOUDWATCH -> cloudWatch(clock);
                            case NONE -> RequestMetrics.none();
                        });
    }

    private static RequestMetrics cloudWatch(Clock clock) {
        try {
            return CloudWatchMetrics.fromEnvironment(clock);
        } catch (IllegalStateException e) {
            throw new InvalidSetting("TS_PROXY_METRICS", "can't be \"cloudwatch\" here, because " + e.getMessage());
        }
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
                : new PrometheusMetrics(() -> !(tailnet.state() instanceof TailnetState.NotJoined)).showing(limits);
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
    ProxyService proxy(
            Settings settings,
            Tailnet tailnet,
            UpstreamClient upstream,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Limits limits,
            Vertx vertx,
            Clock clock) {
        ProxySettings proxy = settings.proxy();
        return new ProxyService(
                new OwnAnswers(vertx, tailnet, clock),
                new Forwarding(
                        proxy,
                        new RequestMapping(settings.passForwarded(), settings.underscoreHeaders()),
                        new Targets(
                                settings.policy(),
                                DeniedNames.knownIn(tailnet, settings.policy().denied(), clock),
                                proxy,
                                clock),
                        upstream,
                        clock,
                        new PathFinding(
                                vertx, tailnet, proxy, new Freezes(clock, System::nanoTime).beating(vertx), clock)),
                new ErrorResponses(settings.legacyErrors()),
                metrics,
                traffic,
                limits,
                clock);
    }
}
