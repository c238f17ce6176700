package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.delivery.DeadLetter;
import dev.tailnetproxy.proxy.delivery.DeliveryQueue;
import dev.tailnetproxy.proxy.delivery.QueueRecord;
import dev.tailnetproxy.testkit.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A queue in memory that keeps what was done with it, and makes the events that Lambda makes of its messages. */
public final class MemoryQueue implements DeliveryQueue {

    /** One message that was put in. */
    public record Put(String message, Optional<Position> position) {}

    /** One message that was put aside. */
    public record Aside(QueueRecord received, DeadLetter why) {}

    private final String arn;
    private final List<Put> puts = new CopyOnWriteArrayList<>();
    private final List<Aside> deadLetters = new CopyOnWriteArrayList<>();
    private final Map<String, Duration> delays = new LinkedHashMap<>();
    private volatile Optional<RuntimeException> fault = Optional.empty();

    /** @param name with {@code .fifo} at its end if it keeps an order */
    public MemoryQueue(String name) {
        arn = "arn:aws:sqs:eu-central-1:123456789012:" + name;
    }

    /** Every call fails from now on. */
    public void fails(RuntimeException with) {
        fault = Optional.of(with);
    }

    /** Every call succeeds from now on. */
    public void works() {
        fault = Optional.empty();
    }

    @Override
    public String put(String message, Optional<Position> position) {
        check();
        puts.add(new Put(message, position));
        return "message-" + puts.size();
    }

    @Override
    public void delay(QueueRecord received, Duration time) {
        check();
        delays.put(received.messageId(), time);
    }

    @Override
    public void addDeadLetter(QueueRecord received, DeadLetter why) {
        check();
        deadLetters.add(new Aside(received, why));
    }

    private void check() {
        if (fault.isPresent()) {
            throw fault.get();
        }
    }

    public List<Put> puts() {
        return List.copyOf(puts);
    }

    public List<Aside> deadLetters() {
        return List.copyOf(deadLetters);
    }

    public Map<String, Duration> delays() {
        return Map.copyOf(delays);
    }

    /** An event of the queue; each message is received for the first time. */
    public Event event() {
        return new Event();
    }

    /** The event of an event source mapping. */
    public final class Event {

        private final List<Map<String, Object>> records = new ArrayList<>();

        /** One more message. */
        public Event message(String id, String body, Instant sentAt, int receives, String group) {
            Map<String, Object> attributes = new LinkedHashMap<>();
            attributes.put("ApproximateReceiveCount", Integer.toString(receives));
            attributes.put("SentTimestamp", Long.toString(sentAt.toEpochMilli()));
            attributes.put("SenderId", "AROA:function");
            if (!group.isEmpty()) {
                attributes.put("MessageGroupId", group);
            }
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("messageId", id);
            message.put("receiptHandle", "handle-of-" + id);
            message.put("body", body);
            message.put("attributes", attributes);
            message.put("messageAttributes", Map.of());
            message.put("eventSource", "aws:sqs");
            message.put("eventSourceARN", arn);
            message.put("awsRegion", "eu-central-1");
            records.add(message);
            return this;
        }

        /** Changes a member of the message that was added last; null removes it. */
        public Event with(String member, @Nullable Object value) {
            Map<String, Object> last = records.get(records.size() - 1);
            if (value == null) {
                last.remove(member);
            } else {
                last.put(member, value);
            }
            return this;
        }

        public String json() {
            return Json.write(Map.of("Records", records));
        }
    }
}
