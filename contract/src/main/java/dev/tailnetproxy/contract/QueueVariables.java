package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Choice;
import dev.tailnetproxy.contract.Variable.Text;
import dev.tailnetproxy.contract.Variable.WholeNumber;
import java.util.List;
import java.util.OptionalInt;

/** The environment variables of queued delivery: the forwarder accepts a request before the target has it. */
public final class QueueVariables {

    /** With the longest pause between two attempts, a message of this age has had fewer than SQS counts. */
    public static final int MAX_GIVE_UP_SECONDS = 7 * 24 * 3600;

    /** The receives of a message after which SQS itself moves it: the limit, so that the forwarder gives up first. */
    public static final int MAX_RECEIVE_COUNT = 1000;

    private static final int DEFAULT_GIVE_UP_SECONDS = 24 * 3600;
    private static final int MIN_GIVE_UP_SECONDS = 60;

    public static final Choice DELIVERY = new Choice(
            "TS_FORWARDER_DELIVERY",
            List.of("direct", "queued"),
            "`queued`: a request is accepted with 202 when it is in the queue, and forwarded from there");

    public static final Text QUEUE_URL =
            new Text("TS_FORWARDER_QUEUE_URL", "", "URL", "the SQS queue of accepted requests; needed with `queued`");

    public static final Text DEAD_LETTER_QUEUE_URL = new Text(
            "TS_FORWARDER_DEAD_LETTER_QUEUE_URL",
            "",
            "URL",
            "the SQS queue of messages that are not delivered; needed with `queued`, and FIFO if the other one is");

    public static final Choice QUEUE_ORDER = new Choice(
            "TS_FORWARDER_QUEUE_ORDER",
            List.of("all", "path"),
            "with a FIFO queue: whether all requests are delivered in order, or those of each path");

    public static final WholeNumber GIVE_UP_SECONDS = new WholeNumber(
            "TS_FORWARDER_GIVE_UP_SECONDS",
            OptionalInt.of(DEFAULT_GIVE_UP_SECONDS),
            MIN_GIVE_UP_SECONDS,
            MAX_GIVE_UP_SECONDS,
            "age from which on a message whose delivery fails goes to the dead-letter queue");

    private static final List<Variable> FOR_OPERATORS =
            List.of(DELIVERY, QUEUE_URL, DEAD_LETTER_QUEUE_URL, QUEUE_ORDER, GIVE_UP_SECONDS);

    private QueueVariables() {}

    /** The variables that an operator may set, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return FOR_OPERATORS;
    }
}
