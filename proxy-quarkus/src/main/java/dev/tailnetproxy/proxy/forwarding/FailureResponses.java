package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyResponse;

/** Makes the responses for failures: how much they say depends on who may read them. */
@FunctionalInterface
public interface FailureResponses {

    /** The response for a failure. */
    ProxyResponse of(ProxyFailure failure);
}
