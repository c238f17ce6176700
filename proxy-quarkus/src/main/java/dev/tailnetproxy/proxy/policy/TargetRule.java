package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.contract.TargetGrammar;
import dev.tailnetproxy.proxy.address.AddressSpelling;
import dev.tailnetproxy.proxy.address.Cidr;
import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.address.TargetHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a list of targets: an address, a prefix, an exact name or {@code *.suffix}, each with an optional
 * {@code :port} or {@code :from-to}. An IPv6 entry with a port is written in brackets.
 *
 * @param pattern which hosts
 * @param fromPort first port
 * @param toPort last port
 */
public record TargetRule(Pattern pattern, int fromPort, int toPort) {

    /** Which hosts a rule speaks of. */
    public sealed interface Pattern {
        /** Every address of a prefix. */
        record Addresses(Cidr cidr) implements Pattern {}

        /** One name. */
        record ExactName(TargetHost.Name name) implements Pattern {}

        /** Every name below a suffix. */
        record NamesUnder(String suffix) implements Pattern {}
    }

    public TargetRule {
        if (fromPort < 1 || toPort > TargetGrammar.MAX_PORT || fromPort > toPort) {
            throw new IllegalArgumentException("ports out of range: " + fromPort + "-" + toPort);
        }
    }

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
        int from = 1;
        int to = TargetGrammar.MAX_PORT;
        int colon = entry.lastIndexOf(':');
        boolean bareIpv6 = !entry.startsWith("[") && entry.indexOf(':') != colon;
        if (colon > entry.lastIndexOf(']') && !bareIpv6) {
            host = entry.substring(0, colon);
            String[] ports = entry.substring(colon + 1).split("-", 2);
            from = port(ports[0], entry);
            to = port(ports[ports.length - 1], entry);
            if (from > to) {
                throw new IllegalArgumentException("the port range of \"" + entry + "\" ends before it starts");
            }
        }
        return new TargetRule(pattern(host, entry), from, to);
    }

    private static int port(String text, String entry) {
        return TargetGrammar.port(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + entry + "\" has no port from 1 to " + TargetGrammar.MAX_PORT + " behind its colon"));
    }

    private static Pattern pattern(String host, String entry) {
        String bare = host.startsWith("[") && host.endsWith("]") && host.length() > 2
                ? host.substring(1, host.length() - 1)
                : host;
        var cidr = Cidr.parse(bare);
        if (cidr.isPresent()) {
            return new Pattern.Addresses(cidr.get());
        }
        if (AddressSpelling.of(host) instanceof AddressSpelling.NotAnAddress) {
            Optional<Pattern> names = host.startsWith("*.")
                    ? TargetHost.Name.read(host.substring(2)).map(name -> new Pattern.NamesUnder(name.value()))
                    : TargetHost.Name.read(host).map(Pattern.ExactName::new);
            if (names.isPresent()) {
                return names.get();
            }
        }
        throw new IllegalArgumentException("\"" + entry + "\" is neither an address, a prefix, a name nor *.suffix");
    }

    /** Whether this rule speaks of a target. */
    public boolean covers(TargetHost host, int port) {
        return host instanceof TargetHost.Address address
                ? matches(address.ip(), port)
                : matches((TargetHost.Name) host, port);
    }

    /** The rule as an operator writes it. */
    @Override
    public String toString() {
        String host = pattern instanceof Pattern.Addresses addresses
                ? addresses.cidr().toString()
                : pattern instanceof Pattern.ExactName exact
                        ? exact.name().value()
                        : "*." + ((Pattern.NamesUnder) pattern).suffix();
        if (fromPort == 1 && toPort == TargetGrammar.MAX_PORT) {
            return host;
        }
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return bracketed + ":" + (fromPort == toPort ? "" + fromPort : fromPort + "-" + toPort);
    }

    boolean matchesPort(int port) {
        return port >= fromPort && port <= toPort;
    }

    boolean matches(IpAddress address, int port) {
        return matchesPort(port)
                && pattern instanceof Pattern.Addresses a
                && a.cidr().contains(address);
    }

    boolean matches(TargetHost.Name name, int port) {
        boolean under = pattern instanceof Pattern.NamesUnder names && name.isUnder(names.suffix());
        return matchesExactly(name, port) || (matchesPort(port) && under);
    }

    boolean matchesExactly(TargetHost.Name name, int port) {
        return matchesPort(port)
                && pattern instanceof Pattern.ExactName exact
                && exact.name().equals(name);
    }
}
