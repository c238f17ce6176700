package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.contract.QueueVariables;
import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.delivery.QueueConsumer;
import dev.tailnetproxy.proxy.delivery.QueueSettings;
import dev.tailnetproxy.proxy.delivery.RequestIntake;
import dev.tailnetproxy.proxy.delivery.RetryDelay;
import dev.tailnetproxy.proxy.delivery.SqsQueue;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.QueuedTargetSelector;
import dev.tailnetproxy.proxy.forwarder.ResponseDetail;
import dev.tailnetproxy.proxy.forwarder.TargetMapping;
import dev.tailnetproxy.proxy.forwarding.ControlEndpoints;
import dev.tailnetproxy.proxy.forwarding.ErrorResponses;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestForwarder;
import dev.tailnetproxy.proxy.forwarding.RequestStore;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics;
import dev.tailnetproxy.proxy.metrics.EmbeddedDeliveryMetrics;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.resolution.PathDiscovery;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
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
import java.util.SplittableRandom;

/** Makes the parts of queued delivery; without it there are none. */
@Singleton
class QueueWiring {

    @Produces
    @Singleton
    @Startup
    Optional<SqsQueue> queue(Settings settings) {
        try {
            return settings.queue().map(SqsQueue::fromEnvironment);
        } catch (IllegalStateException e) {
            throw new InvalidSettingsException(List.of(new InvalidSetting(
                    QueueVariables.QUEUE_URL.name(), "can't be used here, because " + e.getMessage())));
        }
    }

    void stop(@Disposes Optional<SqsQueue> queue) {
        queue.ifPresent(SqsQueue::close);
    }

    @Produces
    @Singleton
    Optional<RequestStore> store(Settings settings, Optional<SqsQueue> queue, SenderCheck senderCheck) {
        return queue.map(sqs -> new RequestIntake(
                sqs,
                settings.queue().orElseThrow(),
                mapping(settings)::endToEnd,
                request -> senderCheck.signedId(
                        request,
                        request.body().fold(() -> new byte[0], buffer -> buffer.getBytes(), streamed -> new byte[0]))));
    }

    private static TargetMapping mapping(Settings settings) {
        return new TargetMapping(settings.forwarder().orElseThrow().target(), settings.underscoreHeaders());
    }

    @Produces
    @Singleton
    Optional<QueueConsumer> consumer(
            Settings settings,
            Optional<SqsQueue> queue,
            Tailnet tailnet,
            TargetResolver resolver,
            UpstreamClient upstream,
            PathDiscovery paths,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Limits limits,
            Vertx vertx,
            Clock clock) {
        if (queue.isEmpty()) {
            return Optional.empty();
        }
        ForwarderSettings forwarder = settings.forwarder().orElseThrow();
        QueueSettings queueSettings = settings.queue().orElseThrow();
        ProxyService proxy = new ProxyService(
                new ControlEndpoints(vertx, tailnet),
                new RequestForwarder(
                        settings.unverifiedTlsTargets(),
                        new QueuedTargetSelector(mapping(settings), forwarder.timeout()),
                        ResponseDetail.STATUS,
                        resolver,
                        upstream,
                        paths),
                // Only the consumer sees these responses; it tells errors by their names.
                new ErrorResponses(false),
                metrics,
                traffic,
                limits,
                clock);
        DeliveryMetrics deliveries = settings.metrics() == Settings.Metrics.NONE
                ? DeliveryMetrics.none()
                : new EmbeddedDeliveryMetrics(System.out, clock);
        RetryDelay retryDelay = new RetryDelay(new SplittableRandom());
        return Optional.of(new QueueConsumer(proxy, queue.get(), queueSettings, retryDelay, deliveries, clock));
    }
}
