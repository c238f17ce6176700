package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics;
import dev.tailnetproxy.proxy.metrics.DeliveryMetrics.Result;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.time.Durations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Delivers the messages of an event of Lambda's event source mapping. A message leaves the queue when its target has it, or
 * when it is among the dead letters, and in no other case: whatever fails keeps it. Messages of a standard queue are
 * delivered at the same time. In a FIFO queue a message waits for the one before it in its group, and behind one that fails
 * the rest of the group is not tried.
 */
public final class QueueConsumer {

    private static final Logger LOG = Logger.getLogger(QueueConsumer.class);

    /** With less time there is no attempt. */
    private static final Duration MIN_ATTEMPT = Duration.ofSeconds(1);

    /** What a call of SQS may take. */
    private static final Duration CALL_TIME = Duration.ofSeconds(5);

    private final MessageForwarder forwarder;
    private final DeliveryQueue queue;
    private final QueueSettings settings;
    private final RetryDelay retryDelay;
    private final DeliveryMetrics metrics;
    private final Clock clock;

    /** @param proxy forwards what is accepted, and names its own errors in its responses */
    public QueueConsumer(
            ProxyService proxy,
            DeliveryQueue queue,
            QueueSettings settings,
            RetryDelay retryDelay,
            DeliveryMetrics metrics,
            Clock clock) {
        this.forwarder = new MessageForwarder(proxy);
        this.queue = queue;
        this.settings = settings;
        this.retryDelay = retryDelay;
        this.metrics = metrics;
        this.clock = clock;
    }

    private record Started(Deque<QueueRecord> sequence, MessageForwarder.Running attempt) {}

    /**
     * Delivers messages.
     *
     * @param deadline of the invocation
     * @return the ids of the messages that stay in the queue
     * @throws IllegalArgumentException when a message is of another queue; none is delivered then
     */
    public List<String> consume(List<QueueRecord> received, Deadline deadline) {
        if (received.stream().anyMatch(message -> !settings.queue().isOf(message.queueArn()))) {
            throw new IllegalArgumentException("the event is of another queue than that of TS_FORWARDER_QUEUE_URL");
        }
        List<String> kept = new ArrayList<>();
        List<Deque<QueueRecord>> sequences = sequences(received);
        while (!sequences.isEmpty()) {
            // All start before the first is waited for.
            List<Started> round = sequences.stream()
                    .map(sequence -> new Started(sequence, start(sequence, deadline)))
                    .toList();
            round.forEach(started -> settle(started, deadline, kept));
            sequences.removeIf(Collection::isEmpty);
        }
        return kept;
    }

    /** The messages that wait for each other, in order. */
    private List<Deque<QueueRecord>> sequences(List<QueueRecord> received) {
        Map<String, Deque<QueueRecord>> sequences = new LinkedHashMap<>();
        for (QueueRecord message : received) {
            String key = settings.queue().isFifo() ? message.group().orElse("") : message.receiptHandle();
            sequences.computeIfAbsent(key, first -> new ArrayDeque<>()).add(message);
        }
        return new ArrayList<>(sequences.values());
    }

    private MessageForwarder.Running start(Deque<QueueRecord> sequence, Deadline deadline) {
        // What is left then is for the calls of SQS.
        Duration time = deadline.remaining().minus(CALL_TIME);
        if (time.compareTo(MIN_ATTEMPT) < 0) {
            return () -> Attempt.postponed("the invocation has no time left for it");
        }
        return forwarder.start(sequence.getFirst(), deadline.earlier(time));
    }

    private void settle(Started started, Deadline deadline, List<String> kept) {
        QueueRecord message = started.sequence().getFirst();
        Attempt attempt = started.attempt().await();
        if (leaves(message, attempt, deadline)) {
            started.sequence().removeFirst();
            return;
        }
        Optional<Duration> delay =
                attempt.end() == Attempt.End.POSTPONED ? Optional.empty() : delay(message, waiting(message), deadline);
        keep(message, attempt, delay, kept);
        started.sequence().removeFirst();
        for (QueueRecord next : started.sequence()) {
            delay.ifPresent(time -> delay(next, time, deadline));
            keep(next, Attempt.postponed("a message before it in its group is not delivered"), delay, kept);
        }
        started.sequence().clear();
    }

    /** Whether the message is out of the queue when the function reports no failure for it. */
    private boolean leaves(QueueRecord message, Attempt attempt, Deadline deadline) {
        Duration age = message.age(clock.instant());
        if (attempt.end() == Attempt.End.DELIVERED) {
            metrics.record(settings.queue().name(), Result.DELIVERED, age);
            DeliveryLog.write(message, age, attempt, "delivered", Optional.empty());
            return true;
        }
        Optional<DeadLetter.Cause> cause = cause(attempt, age);
        if (cause.isEmpty() || !addDeadLetter(message, attempt, cause.get(), deadline)) {
            return false;
        }
        metrics.record(settings.queue().name(), Result.DEAD_LETTERED, age);
        DeliveryLog.write(message, age, attempt, "dead-letter", Optional.empty());
        return true;
    }

    private Optional<DeadLetter.Cause> cause(Attempt attempt, Duration age) {
        return switch (attempt.end()) {
            case MALFORMED -> Optional.of(DeadLetter.Cause.MALFORMED);
            case REFUSED -> Optional.of(DeadLetter.Cause.REFUSED);
            case FAILED ->
                age.compareTo(settings.giveUp()) >= 0 ? Optional.of(DeadLetter.Cause.GIVEN_UP) : Optional.empty();
            case DELIVERED, POSTPONED -> Optional.empty();
        };
    }

    private boolean addDeadLetter(QueueRecord message, Attempt attempt, DeadLetter.Cause cause, Deadline deadline) {
        if (deadline.remaining().compareTo(CALL_TIME.dividedBy(2)) < 0) {
            return false;
        }
        try {
            queue.addDeadLetter(message, new DeadLetter(cause, attempt.status(), attempt.error()));
            return true;
        } catch (QueueException e) {
            LOG.errorf(
                    "The dead-letter queue did not accept message %s, which stays in its queue: %s",
                    message.messageId(), e.reason());
            return false;
        }
    }

    /** Until the next attempt; the last one comes when it is time to give up. */
    private Duration waiting(QueueRecord message) {
        Duration left = settings.giveUp().minus(message.age(clock.instant()));
        Duration wanted = retryDelay.after(message.receives());
        return left.isNegative() || left.isZero() ? wanted : Durations.min(wanted, left.plusSeconds(1));
    }

    /** The delay, if SQS knows it: else the message is received again when the queue's visibility timeout is over. */
    private Optional<Duration> delay(QueueRecord message, Duration time, Deadline deadline) {
        if (deadline.remaining().compareTo(CALL_TIME.dividedBy(2)) < 0) {
            return Optional.empty();
        }
        try {
            queue.delay(message, time);
            return Optional.of(time);
        } catch (QueueException e) {
            LOG.warnf("Message %s is received again at the queue's own time: %s", message.messageId(), e.reason());
            return Optional.empty();
        }
    }

    private void keep(QueueRecord message, Attempt attempt, Optional<Duration> delay, List<String> kept) {
        Duration age = message.age(clock.instant());
        boolean postponed = attempt.end() == Attempt.End.POSTPONED;
        if (!postponed) {
            metrics.record(settings.queue().name(), Result.FAILED, age);
        }
        DeliveryLog.write(message, age, attempt, postponed ? "postponed" : "retry", delay);
        kept.add(message.messageId());
    }
}
