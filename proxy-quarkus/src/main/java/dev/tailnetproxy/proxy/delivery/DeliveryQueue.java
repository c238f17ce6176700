package dev.tailnetproxy.proxy.delivery;

import java.time.Duration;
import java.util.Optional;

/** The queue of accepted requests, and that of dead letters. Its methods wait, so they are not for an event loop. */
public interface DeliveryQueue {

    /**
     * Where a message stands in a FIFO queue.
     *
     * @param group messages of one group are delivered in order
     * @param deduplicationId a second message with this id within five minutes is the same message
     */
    record Position(String group, String deduplicationId) {}

    /**
     * Puts a message at the end.
     *
     * @param position empty if the queue keeps no order
     * @return the message's id
     * @throws QueueException when the queue has not accepted it
     */
    String put(String message, Optional<Position> position);

    /**
     * Hides a received message for a time, after which it is received again.
     *
     * @throws QueueException when that is not possible; the message is received again at some time
     */
    void delay(QueueRecord received, Duration time);

    /**
     * Puts a received message among the dead letters; it is not removed from the queue.
     *
     * @throws QueueException when the other queue has not accepted it
     */
    void addDeadLetter(QueueRecord received, DeadLetter why);
}
