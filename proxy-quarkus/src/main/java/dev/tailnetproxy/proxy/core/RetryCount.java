package dev.tailnetproxy.proxy.core;

/**
 * What had to be done again on the way to a response, successful or not.
 *
 * @param count how often
 * @param lastReason why the last time, in a sentence; empty when there was none
 */
record RetryCount(int count, String lastReason) {

    static final RetryCount NONE = new RetryCount(0, "");

    RetryCount and(String reason) {
        return new RetryCount(count + 1, reason);
    }
}
