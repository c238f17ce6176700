package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.proxy.address.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which targets may be dialled. Denies by default and in doubt: tailscaled dials every address that it does not
 * know as part of the tailnet on the host's own network, loopback and the VPC included.
 *
 * @param allowed targets beyond the tailnet's own addresses
 * @param denied targets taken away again
 * @param ownEndpoints endpoints of this proxy's own surroundings: the SOCKS5 port, the Lambda runtime API
 */
public record TargetPolicy(List<TargetRule> allowed, List<TargetRule> denied, List<Endpoint> ownEndpoints) {

    /** An address with a port. */
    public record Endpoint(IpAddress address, int port) {}

    public TargetPolicy {
        allowed = List.copyOf(allowed);
        denied = List.copyOf(denied);
        ownEndpoints = List.copyOf(ownEndpoints);
    }

    /** Judges what can be judged before anything is known of the tailnet; a refusal here needs no tailnet. */
    public Optional<Decision.Refuse> refusedAlways(TargetHost host, int port) {
        if (host instanceof TargetHost.Address address) {
            return builtIn(address.ip(), port);
        }
        TargetHost.Name name = (TargetHost.Name) host;
        return BuiltInRefusals.reasonFor(name).map(what -> Decision.notAllowed("the target is " + what));
    }

    /** Judges a target with tailscaled's state at hand. */
    public Decision decide(TargetHost host, int port, TailnetRoutes routes) {
        Optional<Decision.Refuse> refused = refusedAlways(host, port);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (host instanceof TargetHost.Address address) {
            return decideAddresses(List.of(address.ip()), port, routes, false);
        }
        TargetHost.Name name = (TargetHost.Name) host;
        TargetHost.Name fullName =
                name.isShort() && !routes.suffix().isEmpty() ? withSuffix(name, routes.suffix()) : name;
        if (isDenied(name, port) || isDenied(fullName, port)) {
            return Decision.notAllowed("the target's name is denied by configuration");
        }
        if (fullName.isUnder(routes.suffix()) || isAllowed(name, port)) {
            return new Decision.Resolve(name, fullName);
        }
        return Decision.notAllowed("the target's name is not in the tailnet and not allowed by configuration");
    }

    /** Judges the addresses that a name resolved to. One that is never reachable condemns the whole answer. */
    public Decision.Verdict decideResolved(
            Decision.Resolve resolved, int port, List<IpAddress> addresses, TailnetRoutes routes) {
        boolean allowedByName = isAllowed(resolved.name(), port) || isAllowed(resolved.fullName(), port);
        return decideAddresses(addresses, port, routes, allowedByName);
    }

    /** Judges a target behind a SOCKS5 server that is not tailscaled: nothing but what is listed. */
    public Decision.Verdict decideWithoutTailnet(TargetHost host, int port) {
        Optional<Decision.Refuse> refused = refusedAlways(host, port);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (host instanceof TargetHost.Address address) {
            if (denied.stream().anyMatch(rule -> rule.matches(address.ip(), port))) {
                return Decision.notAllowed("the target is denied by configuration");
            }
            return allowed.stream().anyMatch(rule -> rule.matches(address.ip(), port))
                    ? new Decision.Dial(List.of(address.ip()))
                    : Decision.notAllowed("the target is not allowed by configuration");
        }
        TargetHost.Name name = (TargetHost.Name) host;
        // The addresses of the name can't be judged here, so a pattern is not enough: only what is listed letter by
        // letter.
        return !isDenied(name, port) && allowed.stream().anyMatch(rule -> rule.matchesExactly(name, port))
                ? new Decision.DialName(name)
                : Decision.notAllowed("the target's name is not allowed by configuration");
    }

    private Decision.Verdict decideAddresses(
            List<IpAddress> addresses, int port, TailnetRoutes routes, boolean allowedByName) {
        List<IpAddress> dialable = new ArrayList<>();
        boolean anyAllowed = false;
        for (IpAddress address : addresses) {
            Optional<Decision.Refuse> refused = builtIn(address, port);
            if (refused.isPresent()) {
                return refused.get();
            }
            if (routes.self().contains(address)) {
                return Decision.notAllowed("the target is this node itself");
            }
            if (denied.stream().anyMatch(rule -> rule.matches(address, port))) {
                continue;
            }
            if (allowedByName
                    || routes.peers().contains(address)
                    || allowed.stream().anyMatch(rule -> rule.matches(address, port))) {
                anyAllowed = true;
                if (routes.routes(address)) {
                    dialable.add(address);
                }
            }
        }
        if (!dialable.isEmpty()) {
            return new Decision.Dial(dialable);
        }
        return anyAllowed
                ? Decision.noRoute()
                : Decision.notAllowed("the target is not an address of the tailnet and not allowed by configuration");
    }

    private Optional<Decision.Refuse> builtIn(IpAddress address, int port) {
        if (ownEndpoints.contains(new Endpoint(address, port))) {
            return Optional.of(Decision.notAllowed("the target is a port of this proxy's own environment"));
        }
        return BuiltInRefusals.reasonFor(address).map(what -> Decision.notAllowed("the target is " + what));
    }

    private boolean isAllowed(TargetHost.Name name, int port) {
        return allowed.stream().anyMatch(rule -> rule.matches(name, port));
    }

    private boolean isDenied(TargetHost.Name name, int port) {
        return denied.stream().anyMatch(rule -> rule.matches(name, port));
    }

    private static TargetHost.Name withSuffix(TargetHost.Name name, String suffix) {
        return new TargetHost.Name(name.value() + "." + suffix);
    }
}
