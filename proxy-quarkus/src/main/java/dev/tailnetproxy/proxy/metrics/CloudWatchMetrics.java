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
 * <p>That registry reports finished steps from a thread of its own, and an environment is frozen in the middle of one.
 * So each request gets a registry that has no thread and holds fixed values instead of steps; it is published before the
 * invocation ends and then thrown away.
 */
public final class CloudWatchMetrics implements RequestMetrics, FlushableMetrics {

    private static final Logger LOG = Logger.getLogger(CloudWatchMetrics.class);
    private static final Duration MAX_FLUSH_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MIN_FLUSH_TIMEOUT = Duration.ofMillis(100);

    private final CloudWatchClient client;
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

    @Override
    public void flush(Duration atMost) {
        Duration bounded = atMost.compareTo(MAX_FLUSH_TIMEOUT) > 0 ? MAX_FLUSH_TIMEOUT : atMost;
        Duration timeout = bounded.compareTo(MIN_FLUSH_TIMEOUT) < 0 ? MIN_FLUSH_TIMEOUT : bounded;
        for (Sample sample = pending.poll(); sample != null; sample = pending.poll()) {
            SingleRequestRegistry registry = new SingleRequestRegistry(new SynchronousAsyncClient(timeout));
            registry.add(sample);
            registry.publish();
            registry.close();
        }
    }

    private void failed(SdkException e) {
        // The message has the request's number in it, which makes each another one.
        if (publishProblem.shouldLog(e.getClass().getName())) {
            LOG.warnf("metrics can't be published to CloudWatch, and are lost until they can: %s", e.getMessage());
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** A registry for the values of one request. */
    private static final class SingleRequestRegistry extends CloudWatchMeterRegistry {

        /** Micrometer marks a gauge's name; in CloudWatch the names are those of the embedded metrics. */
        private static final String GAUGE_SUFFIX = ".value";

        SingleRequestRegistry(CloudWatchAsyncClient client) {
            super(SingleRequestRegistry::configValue, Clock.SYSTEM, client);
            config().namingConvention((name, type, unit) ->
                    name.endsWith(GAUGE_SUFFIX) ? name.substring(0, name.length() - GAUGE_SUFFIX.length()) : name);
        }

        private static @Nullable String configValue(String key) {
            return switch (key) {
                case "cloudwatch.namespace" -> NAMESPACE;
                // No thread that publishes now and then.
                case "cloudwatch.enabled" -> "false";
                default -> null;
            };
        }

        void add(Sample sample) {
            MetricLabels labels = sample.labels();
            Tags tags = Tags.of("service", labels.service(), labels.dimensionName(), labels.dimensionValue());
            gauge(sample.reached() ? "success" : "failure", "count", tags, 1);
            gauge("duration", "milliseconds", tags, (double) sample.duration().toMillis());
        }

        private void gauge(String name, String unit, Tags tags, double value) {
            Gauge.builder(name, () -> value).baseUnit(unit).tags(tags).register(this);
        }

        // Opened up: the caller says when.
        @Override
        protected void publish() {
            super.publish();
        }
    }

    /** The asynchronous client that Micrometer asks for, around the synchronous one. */
    private final class SynchronousAsyncClient implements CloudWatchAsyncClient {

        private final Duration atMost;

        SynchronousAsyncClient(Duration atMost) {
            this.atMost = atMost;
        }

        @Override
        public CompletableFuture<PutMetricDataResponse> putMetricData(PutMetricDataRequest request) {
            try {
                PutMetricDataResponse response = client.putMetricData(request.toBuilder()
                        .overrideConfiguration(override -> override.apiCallTimeout(atMost))
                        .build());
                if (publishProblem.resolved()) {
                    LOG.info("metrics are published to CloudWatch again");
                }
                return CompletableFuture.completedFuture(response);
            } catch (SdkException e) {
                // Said here, and not each time; Micrometer would say it for every request, with the whole stack.
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
            // The client behind it is used for all requests.
        }
    }
}
