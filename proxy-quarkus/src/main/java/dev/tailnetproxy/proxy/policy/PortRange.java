package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.Port;

/**
 * The ports of a {@link TargetRule}. Its text is what an operator writes.
 *
 * @param first first port
 * @param last last port, not before the first
 */
public record PortRange(Port first, Port last) {

    /** Every port there is. */
    public static final PortRange ALL = new PortRange(new Port(1), new Port(Port.MAX));

    public PortRange {
        if (first.number() > last.number()) {
            throw new IllegalArgumentException("the range of ports ends before it starts");
        }
    }

    boolean contains(Port port) {
        return port.number() >= first.number() && port.number() <= last.number();
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
