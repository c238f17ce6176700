package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import java.util.Objects;
import java.util.Optional;

/**
 * A port beside the main one, whose requests have a proxy of their own. It has neither TLS nor client authentication.
 *
 * @param port the port; empty takes a free one
 * @param proxy what its requests are handed to
 */
public record ServicePort(Optional<Port> port, ProxyService proxy) {

    public ServicePort {
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(proxy, "proxy");
    }
}
