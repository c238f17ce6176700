package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.contract.HeaderNames;
import java.io.IOException;

/**
 * How a load reaches its target: straight through the SOCKS5 server, or through the proxy with the target in its fields.
 *
 * @param proxied whether through the proxy
 * @param port the port of the one or the other on this machine
 * @param target the target's IPv4 address
 * @param targetPort its port
 */
record WayToTarget(boolean proxied, int port, String target, int targetPort) {

    /**
     * Of the first arguments of a program: {@code socks} or {@code proxy}, its port, the target's address and port.
     *
     * @throws IllegalArgumentException for another word
     */
    static WayToTarget of(String... arguments) {
        boolean proxied =
                switch (arguments[0]) {
                    case "proxy" -> true;
                    case "socks" -> false;
                    default -> throw new IllegalArgumentException("socks or proxy is expected: " + arguments[0]);
                };
        return new WayToTarget(proxied, Integer.parseInt(arguments[1]), arguments[2], Integer.parseInt(arguments[3]));
    }

    /** A GET of the path on a connection of this way. */
    byte[] get(String path) {
        return proxied
                ? KeepAliveConnection.get(
                        path, HeaderNames.TARGET_IP + ": " + target, HeaderNames.TARGET_PORT + ": " + targetPort)
                : KeepAliveConnection.get(path);
    }

    /** A new connection. */
    KeepAliveConnection connect() throws IOException {
        return proxied ? new KeepAliveConnection(port) : KeepAliveConnection.throughSocks(port, target, targetPort);
    }
}
