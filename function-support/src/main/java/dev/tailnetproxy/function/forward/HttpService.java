package dev.tailnetproxy.function.forward;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;

/**
 * A port of the proxy whose requests all go to one target.
 *
 * @param listenPort the port that is listened on
 * @param https whether the proxy speaks TLS with the target
 * @param target the host that requests go to
 * @param targetPort its port
 */
public record HttpService(Port listenPort, boolean https, TargetHost target, Port targetPort) {

    /** The entry in its canonical form, with the target's port. */
    @Override
    public String toString() {
        String host = target.toString();
        return listenPort + "=" + (https ? "https" : "http") + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                + ":" + targetPort;
    }
}
