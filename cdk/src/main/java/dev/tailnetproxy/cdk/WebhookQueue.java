package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.QueueVariables;
import java.util.List;
import java.util.Objects;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Queued delivery for a forwarder: it accepts webhooks into a queue, and delivers them from there for as long as their target
 * is away. What is not delivered is kept in a second queue for two weeks.
 */
public class WebhookQueue extends Construct {

    /** SQS's longest. */
    private static final Duration RETENTION = Duration.days(14);

    /** What AWS asks for, so that Lambda can repeat a throttled invocation within it. */
    private static final int TIMEOUTS = 6;

    private static final Duration PERIOD = Duration.minutes(5);

    private final Queue queue;
    private final Queue deadLetterQueue;
    private final List<Alarm> alarms;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right */
    public WebhookQueue(Construct scope, String id, WebhookQueueProps props) {
        super(scope, id);
        Function forwarder = props.getForwarder().getFunction();
        Duration timeout = Objects.requireNonNull(forwarder.getTimeout());
        this.deadLetterQueue = queue("DeadLetterQueue", props).build();
        this.queue = queue("Queue", props)
                .visibilityTimeout(
                        Duration.seconds(TIMEOUTS * timeout.toSeconds().longValue()))
                .deadLetterQueue(DeadLetterQueue.builder()
                        .queue(deadLetterQueue)
                        // The forwarder gives up by time. Receives count also when Lambda has no environment for them.
                        .maxReceiveCount(QueueVariables.MAX_RECEIVE_COUNT)
                        .build())
                .build();
        setVariables(forwarder, props);
        queue.grant(forwarder, "sqs:SendMessage");
        deadLetterQueue.grant(forwarder, "sqs:SendMessage");
        // Grants receiving, deleting and delaying.
        forwarder.addEventSource(SqsEventSource.Builder.create(queue)
                .batchSize(props.getBatchSize())
                .maxConcurrency(props.getMaxConcurrency())
                .reportBatchItemFailures(true)
                .build());
        this.alarms = List.of(
                alarm(
                        "OldestMessageAlarm",
                        "Webhooks are accepted, but not delivered",
                        queue.metricApproximateAgeOfOldestMessage(maximum()),
                        props.getOldestMessageAlarm().toSeconds(),
                        props),
                alarm(
                        "DeadLettersAlarm",
                        "Webhooks are in the dead-letter queue",
                        deadLetterQueue.metricApproximateNumberOfMessagesVisible(maximum()),
                        1,
                        props));
    }

    private Queue.Builder queue(String id, WebhookQueueProps props) {
        Queue.Builder builder = Queue.Builder.create(this, id)
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(RETENTION)
                .removalPolicy(props.getRemovalPolicy());
        // CloudFormation refuses "false".
        return props.getOrder() == WebhookQueueProps.Order.NONE ? builder : builder.fifo(true);
    }

    private void setVariables(Function forwarder, WebhookQueueProps props) {
        forwarder.addEnvironment(QueueVariables.DELIVERY.name(), "queued");
        forwarder.addEnvironment(QueueVariables.QUEUE_URL.name(), queue.getQueueUrl());
        forwarder.addEnvironment(QueueVariables.DEAD_LETTER_QUEUE_URL.name(), deadLetterQueue.getQueueUrl());
        forwarder.addEnvironment(
                QueueVariables.GIVE_UP_SECONDS.name(),
                Long.toString(props.getGiveUp().toSeconds().longValue()));
        if (props.getOrder() == WebhookQueueProps.Order.PATH) {
            forwarder.addEnvironment(QueueVariables.QUEUE_ORDER.name(), "path");
        }
    }

    private static MetricOptions maximum() {
        return MetricOptions.builder().statistic("Maximum").period(PERIOD).build();
    }

    private Alarm alarm(String id, String description, IMetric metric, Number threshold, WebhookQueueProps props) {
        Alarm alarm = Alarm.Builder.create(this, id)
                .alarmDescription(description)
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .evaluationPeriods(1)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        alarm.addAlarmAction(props.getAlarmActions().toArray(IAlarmAction[]::new));
        return alarm;
    }

    /** Of accepted requests. */
    public Queue getQueue() {
        return queue;
    }

    /** Of what is not delivered. */
    public Queue getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** That of old messages, and that of dead letters. */
    public List<Alarm> getAlarms() {
        return alarms;
    }
}
