package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.http.ProxyRequest;

/** Keeps requests until they are delivered. */
@FunctionalInterface
public interface RequestStore {

    /**
     * Keeps a request. It waits for the store, so it is not for an event loop.
     *
     * @param request interpreted, and checked in every respect
     * @return by what the request is found again
     * @throws dev.tailnetproxy.proxy.failure.ProxyFailure {@code ContentTooLarge} or {@code QueueUnavailable}; nothing is
     *     kept then
     */
    String keep(ProxyRequest request);
}
