package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/**
 * One way to hurt the proxy: many clients at once, and what each of them sends and reads. {@link Attacker} gives every
 * client a turn after each pause: it opens its connection, or writes, reads and leaves as far as the attack says. A client
 * whose connection ends comes again.
 */
public interface Attack {

    /** The port of the proxy that is attacked. */
    enum Port {
        /** That for requests. */
        REQUESTS,

        /** That for health and metrics. */
        MANAGEMENT
    }

    /** Its name on the command line. */
    String name();

    /** The description in the report. */
    String description();

    /** The port that it attacks. */
    default Port port() {
        return Port.REQUESTS;
    }

    /** How many clients there are at a time. */
    int clients();

    /**
     * The bytes that one client writes.
     *
     * @param target the target that helps the attack
     * @param number how many messages all clients have begun before
     */
    byte[] message(AttackTarget target, int number);

    /** The time between two turns of a client. */
    Duration pause();

    /** How many clients open their connection in one round of turns. */
    default int maxNewClients() {
        return Integer.MAX_VALUE;
    }

    /** Whether a client that has written its message begins another one in its next turn. */
    default boolean repeats() {
        return false;
    }

    /**
     * How many bytes a client may write in its turn.
     *
     * @param written how many of its message it has written
     */
    default int maxWriteBytes(long written) {
        return Integer.MAX_VALUE;
    }

    /** How many bytes a client may read in its turn. */
    default int maxReadBytes() {
        return Integer.MAX_VALUE;
    }

    /** How many bytes a client reads before it leaves and comes again. */
    default long bytesBeforeReconnect() {
        return Long.MAX_VALUE;
    }

    /** How long a client stays before it leaves and comes again. */
    default Duration connectionLifetime() {
        return Duration.ofDays(1);
    }
}
