package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.proxy.limits.LimitSettings;

/** How much the proxy takes on at most, from the environment; what is not said follows from the memory it has. */
final class LimitVariables {

    private LimitVariables() {}

    /** @param heapBytes how large the heap of this process may grow */
    static LimitSettings of(EnvironmentReader environment, long heapBytes) {
        LimitSettings forHeap = LimitSettings.forHeap(heapBytes);
        int requests = environment.number(ProxyVariables.MAX_REQUESTS, forHeap.requests());
        int maxBufferedBytes = ProxyVariables.MAX_BUFFERED_BYTES.max();
        return new LimitSettings(
                requests,
                environment.number(
                        ProxyVariables.MAX_BUFFERED_BYTES,
                        Math.toIntExact(Math.min(forHeap.bufferedBytes(), maxBufferedBytes))),
                environment.number(ProxyVariables.MAX_TARGET_CONNECTIONS, forHeap.targetConnections()),
                environment.number(ProxyVariables.MAX_WAITING, LimitSettings.defaultWaiting(requests)));
    }
}
