package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.time.Duration;

/**
 * How requests are kept and delivered.
 *
 * @param queue of accepted requests
 * @param deadLetters the queue of those that are not delivered
 * @param order what is delivered in order, if the queue keeps one
 * @param giveUp the age from which on a message whose delivery fails is a dead letter
 */
public record QueueSettings(QueueUrl queue, QueueUrl deadLetters, Order order, Duration giveUp) {

    /** Which requests wait for each other in a FIFO queue. */
    public enum Order {
        /** All of them. */
        ALL {
            @Override
            String group(ProxyRequest request) {
                return "all";
            }
        },
        /** Those of one path. */
        PATH {
            @Override
            String group(ProxyRequest request) {
                // A group's name is short and has few characters; a path may be long and have others.
                return Digests.sha256(request.path());
            }
        };

        abstract String group(ProxyRequest request);
    }

    public QueueSettings {
        if (queue.isFifo() != deadLetters.isFifo()) {
            throw new IllegalArgumentException("either both queues are FIFO queues, or none is");
        }
        if (queue.account().equals(deadLetters.account()) && queue.name().equals(deadLetters.name())) {
            throw new IllegalArgumentException("dead letters would be delivered again");
        }
        if (giveUp.isNegative() || giveUp.isZero()) {
            throw new IllegalArgumentException("no time for a delivery");
        }
    }
}
