package dev.tailnetproxy.proxy.metrics;

import dev.tailnetproxy.proxy.logging.ProblemReminder;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/**
 * Metrics through Micrometer's CloudWatch registry.
 *
 * <p>By itself that registry publishes finished steps from its own thread, and an environment may be frozen in the middle
 * of a step. This one has no thread and fixed values instead of steps: it holds the values of one request, which are
 * published before the invocation ends and then removed.
 */
public final class CloudWatchMetrics implements RequestMetrics, FlushableMetrics {

    private static final Logger LOG = Logger.getLogger(CloudWatchMetrics.class);
    private static final Duration MAX_FLUSH_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MIN_FLUSH_TIMEOUT = Duration.ofMillis(100);

    private final CloudWatchClient client;
    private final SynchronousAsyncClient publisher = new SynchronousAsyncClient();
    private final RequestRegistry registry = new RequestRegistry(publisher);
    private final Queue<Sample> pending = new ConcurrentLinkedQueue<>();
    private final ProblemReminder publishProblem;

    private record Sample(MetricLabels labels, boolean reached, Duration duration) {}

    private CloudWatchMetrics(CloudWatchClient client, java.time.Clock clock) {
        this.client = client;
        this.publishProblem = new ProblemReminder(clock, Duration.ZERO);
    }

    /**
     * With region, credentials and endpoint as the AWS SDK finds them.
     *
     * @throws IllegalStateException with a sentence, when there is no region
     */
    public static CloudWatchMetrics fromEnvironment(java.time.Clock clock) {
        try {
            return new CloudWatchMetrics(
                    CloudWatchClient.builder()
                            // The JDK's client: no event loop of its own, and small in a native executable.
                            .httpClient(UrlConnectionHttpClient.create())
                            .build(),
                    clock);
        } catch (SdkException e) {
            throw new IllegalStateException("the AWS SDK can't be set up: " + e.getMessage(), e);
        }
    }

    @Override
    public void record(MetricLabels labels, boolean reached, Duration duration) {
        pending.add(new Sample(labels, reached, duration));
    }

    /** One flush at a time: the registry holds the values of one request. */
    @Override
    public synchronized void flush(Duration atMost) {
        Duration bounded = atMost.compareTo(MAX_FLUSH_TIMEOUT) > 0 ? MAX_FLUSH_TIMEOUT : atMost;
        publisher.timeout = bounded.compareTo(MIN_FLUSH_TIMEOUT) < 0 ? MIN_FLUSH_TIMEOUT : bounded;
        for (Sample sample = pending.poll(); sample != null; sample = pending.poll()) {
            registry.publish(sample);
        }
    }

    private void failed(SdkException e) {
        // By its class: the message contains the request's id and differs each time.
        if (publishProblem.shouldLog(e.getClass().getName())) {
            LOG.warnf("metrics can't be published to CloudWatch, and are lost until they can: %s", e.getMessage());
        }
    }

    @Override
    public void close() {
        registry.close();
        client.close();
    }

    /** A registry that holds the values of one request while they are published. */
    private static final class RequestRegistry extends CloudWatchMeterRegistry {

        /** Micrometer marks a gauge's name; in CloudWatch the names are those of the embedded metrics. */
        private static final String GAUGE_SUFFIX = ".value";

        RequestRegistry(CloudWatchAsyncClient client) {
            super(RequestRegistry::configValue, Clock.SYSTEM, client);
            config().namingConvention((name, type, unit) ->
                    name.endsWith(GAUGE_SUFFIX) ? name.substring(0, name.length() - GAUGE_SUFFIX.length()) : name);
        }

        private static @Nullable String configValue(String key) {
            return switch (key) {
                case "cloudwatch.namespace" -> NAMESPACE;
                // No thread that publishes periodically.
                case "cloudwatch.enabled" -> "false";
                default -> null;
            };
        }

        void publish(Sample sample) {
            MetricLabels labels = sample.labels();
            Tags tags = Tags.of("service", labels.service(), labels.dimensionName(), labels.dimensionValue());
            gauge(sample.reached() ? "success" : "failure", "count", tags, 1);
            gauge("duration", "milliseconds", tags, (double) sample.duration().toMillis());
            try {
                publish();
            } finally {
                clear();
            }
        }

        private void gauge(String name, String unit, Tags tags, double value) {
            Gauge.builder(name, () -> value).baseUnit(unit).tags(tags).register(this);
        }
    }

    /** The asynchronous client that Micrometer asks for, around the synchronous one. */
    private final class SynchronousAsyncClient implements CloudWatchAsyncClient {

        /** Written and read by the thread that flushes. */
        private Duration timeout = MAX_FLUSH_TIMEOUT;

        @Override
        public CompletableFuture<PutMetricDataResponse> putMetricData(PutMetricDataRequest request) {
            try {
                PutMetricDataResponse response = client.putMetricData(request.toBuilder()
                        .overrideConfiguration(override -> override.apiCallTimeout(timeout))
                        .build());
                if (publishProblem.resolved()) {
                    LOG.info("metrics are published to CloudWatch again");
                }
                return CompletableFuture.completedFuture(response);
            } catch (SdkException e) {
                // Logged here and not for every request; Micrometer would log each failure with its stack trace.
                failed(e);
                return CompletableFuture.completedFuture(
                        PutMetricDataResponse.builder().build());
            }
        }

        @Override
        public String serviceName() {
            return client.serviceName();
        }

        @Override
        public void close() {
            // CloudWatchMetrics closes the client.
        }
    }
}
