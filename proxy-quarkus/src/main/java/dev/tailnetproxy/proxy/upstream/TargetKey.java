package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;

/** An address and port: whatever name a client gives them, they are one target. */
record TargetKey(TargetHost host, Port port) {

    static TargetKey of(Endpoint endpoint) {
        return new TargetKey(endpoint.host(), endpoint.port());
    }
}
