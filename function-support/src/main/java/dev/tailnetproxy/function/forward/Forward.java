package dev.tailnetproxy.function.forward;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;

/**
 * A port of the function's environment that leads to a target in the tailnet.
 *
 * @param listenAddress the address that is listened on
 * @param listenPort the port that is listened on
 * @param target the host that connections lead to
 * @param targetPort its port
 */
public record Forward(IpAddress listenAddress, Port listenPort, TargetHost target, Port targetPort) {

    /** Whether the system would refuse to listen for both. An unspecified address holds the port of all addresses. */
    boolean sharesPortWith(Forward other) {
        return listenPort.equals(other.listenPort)
                && (listenAddress.equals(other.listenAddress)
                        || isUnspecified(listenAddress)
                        || isUnspecified(other.listenAddress));
    }

    private static boolean isUnspecified(IpAddress address) {
        String text = address.toString();
        return text.equals("0.0.0.0") || text.equals("::");
    }

    /** The entry in its canonical form, with the address. */
    @Override
    public String toString() {
        return withPort(listenAddress.toString(), listenPort) + "=" + withPort(target.toString(), targetPort);
    }

    private static String withPort(String host, Port port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
