package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.limits.LimitSettings;

/** How much the proxy takes on at most, from the environment; what is not said follows from the memory it has. */
final class LimitVariables {

    /** What a variable says that leaves the number to the proxy. */
    private static final String AUTO = "auto";

    private static final int MAX = 100_000;
    private static final int MAX_BYTES = 999_999_999;

    private LimitVariables() {}

    /** @param heapBytes how large the heap of this process may grow */
    static LimitSettings of(ProxyConfig config, long heapBytes) {
        LimitSettings forHeap = LimitSettings.forHeap(heapBytes);
        int requests = number(new Variable("TS_PROXY_MAX_REQUESTS", config.maxRequests()), forHeap.requests(), MAX);
        return new LimitSettings(
                requests,
                number(
                        new Variable("TS_PROXY_MAX_BUFFERED_BYTES", config.maxBufferedBytes()),
                        Math.toIntExact(Math.min(forHeap.bufferedBytes(), MAX_BYTES)),
                        MAX_BYTES),
                number(
                        new Variable("TS_PROXY_MAX_TARGET_CONNECTIONS", config.maxTargetConnections()),
                        forHeap.targetConnections(),
                        MAX),
                number(
                        new Variable("TS_PROXY_MAX_WAITING", config.maxWaiting()),
                        LimitSettings.defaultWaiting(requests),
                        MAX));
    }

    private static int number(Variable variable, int defaultValue, int max) {
        return variable.text(AUTO).equals(AUTO) ? defaultValue : variable.number(defaultValue, 1, max);
    }
}
