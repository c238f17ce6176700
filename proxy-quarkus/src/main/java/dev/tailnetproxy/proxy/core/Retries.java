package dev.tailnetproxy.proxy.core;

/**
 * What had to be done again on the way to a response, successful or not.
 *
 * @param count how often
 * @param lastReason why the last time, in a sentence; empty when there was none
 */
record Retries(int count, String lastReason) {

    static final Retries NONE = new Retries(0, "");

    Retries and(String reason) {
        return new Retries(count + 1, reason);
    }
}
