package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.AddressSpelling;
import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a list of targets: an address, a prefix, an exact name or {@code *.suffix}, each with an optional
 * {@code :port} or {@code :from-to}. An IPv6 entry with a port is written in brackets.
 *
 * @param pattern which hosts
 * @param ports which of their ports
 */
public record TargetRule(HostPattern pattern, PortRange ports) {

    /**
     * The rules of a comma-separated list.
     *
     * @throws IllegalArgumentException with a sentence that quotes the wrong entry
     */
    public static List<TargetRule> parseList(String text) {
        List<TargetRule> rules = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            if (!entry.isBlank()) {
                rules.add(parse(entry.strip()));
            }
        }
        return List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @throws IllegalArgumentException with a sentence that quotes the entry
     */
    public static TargetRule parse(String entry) {
        String host = entry;
        PortRange ports = PortRange.ALL;
        int colon = entry.lastIndexOf(':');
        boolean bareIpv6 = !entry.startsWith("[") && entry.indexOf(':') != colon;
        if (colon > entry.lastIndexOf(']') && !bareIpv6) {
            host = entry.substring(0, colon);
            ports = ports(entry.substring(colon + 1), entry);
        }
        return new TargetRule(pattern(host, entry), ports);
    }

    private static PortRange ports(String text, String entry) {
        String[] ends = text.split("-", 2);
        Port first = port(ends[0], entry);
        Port last = port(ends[ends.length - 1], entry);
        if (first.number() > last.number()) {
            throw new IllegalArgumentException("the port range of \"" + entry + "\" ends before it starts");
        }
        return new PortRange(first, last);
    }

    private static Port port(String text, String entry) {
        return Port.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("\"" + entry + "\" has no port from 1 to 65535 behind its colon"));
    }

    private static HostPattern pattern(String host, String entry) {
        String bare = host.startsWith("[") && host.endsWith("]") && host.length() > 2
                ? host.substring(1, host.length() - 1)
                : host;
        var cidr = Cidr.parse(bare);
        if (cidr.isPresent()) {
            return new HostPattern.Addresses(cidr.get());
        }
        if (AddressSpelling.of(host).mayBeName()) {
            Optional<HostPattern> names = host.startsWith("*.")
                    ? TargetHost.Name.read(host.substring(2)).map(HostPattern.NamesUnder::new)
                    : TargetHost.Name.read(host).map(HostPattern.ExactName::new);
            if (names.isPresent()) {
                return names.get();
            }
        }
        throw new IllegalArgumentException("\"" + entry + "\" is neither an address, a prefix, a name nor *.suffix");
    }

    /** Whether this rule speaks of a target. */
    public boolean covers(TargetHost host, Port port) {
        return host.fold(address -> matches(address, port), name -> matches(name, port));
    }

    /** The rule as an operator writes it. */
    @Override
    public String toString() {
        String host = pattern.toString();
        if (ports.equals(PortRange.ALL)) {
            return host;
        }
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return bracketed + ":" + ports;
    }

    boolean matchesPort(Port port) {
        return ports.contains(port);
    }

    boolean matches(IpAddress address, Port port) {
        return matchesPort(port) && pattern.matches(address);
    }

    boolean matches(TargetHost.Name name, Port port) {
        return matchesPort(port) && pattern.matches(name);
    }

    boolean matchesExactly(TargetHost.Name name, Port port) {
        return matchesPort(port) && pattern.exactName().filter(name::equals).isPresent();
    }
}
