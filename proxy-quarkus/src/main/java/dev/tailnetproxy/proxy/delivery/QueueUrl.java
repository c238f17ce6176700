package dev.tailnetproxy.proxy.delivery;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of an SQS queue.
 *
 * @param text as calls of SQS take it
 * @param account the queue's owner
 * @param name the queue's name
 */
public record QueueUrl(String text, String account, String name) {

    private static final String FIFO_SUFFIX = ".fifo";
    private static final int MAX_NAME = 80;
    private static final Pattern URL = Pattern.compile(
            "https?://[A-Za-z0-9.:\\[\\]-]+(?:/[A-Za-z0-9_-]+)*/([0-9]{12})/([A-Za-z0-9_-]+(?:\\.fifo)?)");
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:sqs:[a-z0-9-]+:([0-9]{12}):([A-Za-z0-9_.-]+)");

    public QueueUrl {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a queue's name has 1 to " + MAX_NAME + " characters");
        }
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence, when it is not that of a queue
     */
    public static QueueUrl parse(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "it must be the URL of a queue, like https://sqs.eu-central-1.amazonaws.com/123456789012/name");
        }
        return new QueueUrl(url, parts.group(1), parts.group(2));
    }

    /** Whether the queue keeps an order. */
    public boolean isFifo() {
        return name.endsWith(FIFO_SUFFIX);
    }

    /** Whether the ARN, as an event names it, is that of this queue. */
    boolean isOf(String arn) {
        Matcher parts = ARN.matcher(arn);
        return parts.matches()
                && parts.group(1).equals(account)
                && parts.group(2).equals(name);
    }
}
