package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.limits.LimitSettings;

/** How much the proxy takes on at most, from the environment; what is not said follows from the memory it has. */
final class LimitVariables {

    /** What a variable says that leaves the number to the proxy. */
    private static final String AUTO = "auto";

    private static final int MOST = 100_000;
    private static final int MOST_BYTES = 999_999_999;

    private LimitVariables() {}

    /** @param heapBytes how large the heap of this process may grow */
    static LimitSettings of(ProxyConfig config, long heapBytes) {
        LimitSettings fitting = LimitSettings.fitting(heapBytes);
        int requests = number(new Variable("TS_PROXY_MAX_REQUESTS", config.maxRequests()), fitting.requests(), MOST);
        return new LimitSettings(
                requests,
                number(
                        new Variable("TS_PROXY_MAX_BUFFERED_BYTES", config.maxBufferedBytes()),
                        Math.toIntExact(Math.min(fitting.bufferedBytes(), MOST_BYTES)),
                        MOST_BYTES),
                number(
                        new Variable("TS_PROXY_MAX_TARGET_CONNECTIONS", config.maxTargetConnections()),
                        fitting.targetConnections(),
                        MOST),
                number(
                        new Variable("TS_PROXY_MAX_WAITING", config.maxWaiting()),
                        LimitSettings.waitingBeside(requests),
                        MOST));
    }

    private static int number(Variable variable, int usual, int most) {
        return variable.text(AUTO).equals(AUTO) ? usual : variable.number(usual, 1, most);
    }
}
