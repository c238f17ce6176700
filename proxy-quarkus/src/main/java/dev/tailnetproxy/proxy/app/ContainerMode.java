package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.metrics.PrometheusMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.server.ManagementServer;
import dev.tailnetproxy.proxy.server.ProxyServer;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Opens the ports where the settings ask for them, and lets requests end before the process does. */
@Singleton
class ContainerMode {

    private static final Logger LOG = Logger.getLogger(ContainerMode.class);

    private final Settings settings;
    private final ProxyService proxy;
    private final ServiceWiring services;
    private final Tailnet tailnet;
    private final TrafficMetrics traffic;
    private final Vertx vertx;
    private final Clock clock;
    private final ProcessExit process;
    private volatile Optional<ProxyServer> running = Optional.empty();

    @Inject
    ContainerMode(
            Settings settings,
            ProxyService proxy,
            ServiceWiring services,
            Tailnet tailnet,
            TrafficMetrics traffic,
            Vertx vertx,
            Clock clock,
            ProcessExit process) {
        this.settings = settings;
        this.proxy = proxy;
        this.services = services;
        this.tailnet = tailnet;
        this.traffic = traffic;
        this.vertx = vertx;
        this.clock = clock;
        this.process = process;
    }

    void start(@Observes StartupEvent event) {
        if (settings.server().isPresent() && traffic instanceof PrometheusMetrics metrics) {
            listen(settings.server().get(), metrics);
        } else if (!settings.inLambda()) {
            LOG.warn(ProxyVariables.HTTP_PORT.name()
                    + " is not set: outside Lambda the proxy receives requests on that port only.");
        }
    }

    private void listen(ServerSettings server, PrometheusMetrics metrics) {
        ProxyServer requests = new ProxyServer(server, proxy, services.ports(), vertx, clock);
        ManagementServer management = new ManagementServer(server, tailnet, metrics, requests::draining, vertx);
        metrics.clientConnections(requests::connections);
        metrics.upgradedConnections(requests::upgradedConnections);
        await(management.start());
        await(requests.start());
        running = Optional.of(requests);
    }

    /** The proxy goes on serving meanwhile: whoever sends requests learns from the readiness to stop doing so. */
    void stop(@Observes ShutdownEvent event) {
        running.ifPresent(requests -> {
            try {
                await(requests.drain());
            } finally {
                process.onApplicationStop();
            }
        });
    }

    private static void await(Future<Void> done) {
        done.toCompletionStage().toCompletableFuture().join();
    }
}
