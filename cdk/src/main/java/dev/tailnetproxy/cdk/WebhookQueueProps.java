package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.QueueVariables;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;

/** Properties of {@link WebhookQueue}. */
@Value.Immutable
public interface WebhookQueueProps {

    /** Fills the queue and delivers from it. Its timeout is 15 seconds or longer. */
    TailnetForwarder getForwarder();

    /** What is delivered in order. */
    enum Order {
        /** Nothing: a standard queue. */
        NONE,
        /** All requests: one that fails holds all others up. */
        ALL,
        /** The requests of each path. */
        PATH
    }

    /**
     * What is delivered in order. With an order the target gets one request at a time.
     *
     * <p>Default: nothing
     */
    @Value.Default
    default Order getOrder() {
        return Order.NONE;
    }

    /**
     * The age from which on a message whose delivery fails goes to the dead-letter queue, one minute to seven days.
     *
     * <p>Default: one day
     */
    @Value.Default
    default Duration getGiveUp() {
        return Duration.days(1);
    }

    /**
     * Messages for one invocation, 1 to 10. They share its time; those of a standard queue are delivered at the same time.
     *
     * <p>Default: 1
     */
    @Value.Default
    default int getBatchSize() {
        return 1;
    }

    /**
     * Deliveries at the same time, 2 to 1000, so that a long queue does not take all environments from new requests.
     *
     * <p>Default: 5
     */
    @Value.Default
    default int getMaxConcurrency() {
        return 5;
    }

    /**
     * The age of the oldest message from which on an alarm tells that the target is away.
     *
     * <p>Default: 15 minutes
     */
    @Value.Default
    default Duration getOldestMessageAlarm() {
        return Duration.minutes(15);
    }

    /** What the two alarms do: old messages, and dead letters. */
    List<IAlarmAction> getAlarmActions();

    /**
     * What CloudFormation does with the queues, and the messages in them, when the construct is removed.
     *
     * <p>Default: it keeps them
     */
    @Value.Default
    default RemovalPolicy getRemovalPolicy() {
        return RemovalPolicy.RETAIN;
    }

    @Value.Check
    default void check() {
        Validate.millis(
                "forwarder's timeout",
                Optional.of(Objects.requireNonNull(getForwarder().getFunction().getTimeout())),
                15_000,
                900_000);
        Validate.isTrue(
                getForwarder().options().getResponse().isEmpty(),
                "forwarder.response has no effect with a queue, because senders get 202 before the target responds: leave "
                        + "it out");
        Validate.millis(
                "giveUp",
                Optional.of(getGiveUp()),
                QueueVariables.GIVE_UP_SECONDS.min() * 1000L,
                QueueVariables.GIVE_UP_SECONDS.max() * 1000L);
        Validate.range("batchSize", getBatchSize(), 1, 10);
        Validate.range("maxConcurrency", getMaxConcurrency(), 2, 1000);
        Validate.millis("oldestMessageAlarm", Optional.of(getOldestMessageAlarm()), 60_000, 604_800_000L);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link WebhookQueueProps}. */
    class Builder extends ImmutableWebhookQueueProps.Builder {}
}
