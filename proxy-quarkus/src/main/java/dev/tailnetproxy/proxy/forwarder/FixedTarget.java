package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ForwarderGrammar.TargetUrl;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.headers.Target;
import java.util.Optional;

/**
 * The target of every request.
 *
 * @param target host, port and scheme
 * @param base the path that every request goes to, or below
 */
public record FixedTarget(Target target, SafePath base) {

    /**
     * The target of a URL.
     *
     * @throws IllegalArgumentException when it is none, with a sentence that says why
     */
    public static FixedTarget parse(String url) {
        TargetUrl parts = TargetUrl.parse(url);
        Port port = parts.port().isPresent() ? new Port(parts.port().getAsInt()) : Target.defaultPort(parts.https());
        TargetHost host;
        try {
            host = TargetHost.parse(parts.host());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it holds a host that " + e.getMessage(), e);
        }
        Optional<TargetHost> serverName = host.fold(address -> Optional.empty(), Optional::of);
        Target target = new Target(host, port, parts.https(), serverName, Optional.empty());
        return new FixedTarget(target, new SafePath(parts.path()));
    }
}
