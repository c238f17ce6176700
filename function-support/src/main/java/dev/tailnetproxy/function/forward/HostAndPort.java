package dev.tailnetproxy.function.forward;

import dev.tailnetproxy.function.address.IpAddress;
import java.util.Optional;

/**
 * One side of an entry, split at the last colon outside of brackets.
 *
 * @param text the whole side
 * @param host what stands before the port, without brackets; empty without a colon
 * @param port what stands in the place of the port
 */
record HostAndPort(String text, Optional<String> host, String port) {

    private static final String END_OF_ADDRESS = "]:";

    static HostAndPort of(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(END_OF_ADDRESS);
            return end >= 0 && text.substring(0, end).indexOf(':') >= 0
                    ? new HostAndPort(
                            text, Optional.of(text.substring(1, end)), text.substring(end + END_OF_ADDRESS.length()))
                    // In brackets, but no IPv6 address with a port.
                    : new HostAndPort(text, Optional.of(text), "");
        }
        int colon = text.lastIndexOf(':');
        return colon < 0
                ? new HostAndPort(text, Optional.empty(), text)
                : new HostAndPort(text, Optional.of(text.substring(0, colon)), text.substring(colon + 1));
    }

    /** The host, if it is an address; of IPv6 only in brackets, because without them a port could be its last part. */
    Optional<IpAddress> address() {
        boolean inBrackets = text.startsWith("[");
        return host.filter(address -> !address.startsWith("["))
                .filter(address -> (address.indexOf(':') >= 0) == inBrackets)
                .flatMap(IpAddress::parse);
    }
}
