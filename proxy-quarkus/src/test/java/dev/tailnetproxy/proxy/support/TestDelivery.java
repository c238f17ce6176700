package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.delivery.DeliveryQueue;
import dev.tailnetproxy.proxy.delivery.QueueConsumer;
import dev.tailnetproxy.proxy.delivery.QueueSettings;
import dev.tailnetproxy.proxy.delivery.RequestIntake;
import dev.tailnetproxy.proxy.delivery.RetryDelay;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.QueuedTargetSelector;
import dev.tailnetproxy.proxy.forwarder.TargetMapping;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestStore;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * Queued delivery with the test's own queue.
 *
 * @param random what the delays are drawn from
 */
public record TestDelivery(
        ForwarderSettings forwarder,
        QueueSettings settings,
        DeliveryQueue queue,
        RandomGenerator random,
        DeliveryMetrics metrics) {

    private TargetMapping mapping() {
        return new TargetMapping(forwarder.target(), UnderscoreHeaders.PASS);
    }

    RequestStore store(SenderCheck senderCheck) {
        return new RequestIntake(
                queue,
                settings,
                mapping()::endToEnd,
                request -> senderCheck.signedId(
                        request,
                        request.body().fold(() -> new byte[0], buffer -> buffer.getBytes(), streamed -> new byte[0])));
    }

    TargetSelector selector() {
        return new QueuedTargetSelector(mapping(), forwarder.timeout());
    }

    QueueConsumer consumer(ProxyService proxy, Clock clock) {
        return new QueueConsumer(proxy, queue, settings, new RetryDelay(random), metrics, clock);
    }
}
