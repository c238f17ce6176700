package dev.tailnetproxy.proxy.accesslog;

/**
 * What had to be done again on the way to a response, successful or not.
 *
 * @param count how often
 * @param lastReason why the last time, in a sentence; empty when there was none
 */
public record RetryCount(int count, String lastReason) {

    public RetryCount {
        if (count < 0 || (count == 0 && !lastReason.isEmpty())) {
            throw new IllegalArgumentException("a negative count, or a reason for no retry");
        }
    }

    /** Nothing had to be repeated. */
    public static final RetryCount NONE = new RetryCount(0, "");

    /** One repetition more. */
    public RetryCount and(String reason) {
        return new RetryCount(count + 1, reason);
    }
}
