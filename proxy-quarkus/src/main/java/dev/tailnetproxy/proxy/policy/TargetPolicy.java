package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.BuiltInRefusals;
import dev.tailnetproxy.function.address.EmbeddedIpv4;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Decides which targets may be dialled. Denies by default and in doubt: tailscaled dials every address that it does not
 * know as part of the tailnet on the host's own network, loopback and the VPC included.
 *
 * @param allowed targets beyond the tailnet's own addresses
 * @param denied targets taken away again
 * @param ownEndpoints endpoints of this proxy's own surroundings: the SOCKS5 port, the Lambda runtime API
 * @param peers whether the tailnet's peers may be reached without being allowed
 * @param limit the only targets that are left of all this for one client; empty when there is no such limit
 */
public record TargetPolicy(
        List<TargetRule> allowed,
        DeniedTargets denied,
        List<Endpoint> ownEndpoints,
        Peers peers,
        Optional<List<TargetRule>> limit) {

    /** An address with a port. */
    public record Endpoint(IpAddress address, Port port) {}

    /** Which peers of the tailnet may be reached. */
    public enum Peers {
        /** All that are not denied. */
        ALL,
        /** Those that are allowed, like anything else. */
        LISTED
    }

    public TargetPolicy {
        allowed = List.copyOf(allowed);
        ownEndpoints = List.copyOf(ownEndpoints);
        limit = limit.map(List::copyOf);
    }

    /** A policy for all clients with all peers open. */
    public TargetPolicy(List<TargetRule> allowed, List<TargetRule> denied, List<Endpoint> ownEndpoints) {
        this(allowed, new DeniedTargets(denied), ownEndpoints, Peers.ALL, Optional.empty());
    }

    /** This policy for one client, who reaches no more than these targets of what it allows. */
    public TargetPolicy restrictedTo(List<TargetRule> targets) {
        return new TargetPolicy(allowed, denied, ownEndpoints, peers, Optional.of(targets));
    }

    /** Judges what can be judged before anything is known of the tailnet; a refusal here needs no tailnet. */
    public Optional<Decision.Refuse> alwaysRefused(TargetHost host, Port port) {
        Optional<Decision.Refuse> builtIn =
                host.fold(address -> builtIn(address, port), name -> BuiltInRefusals.reasonFor(name)
                        .map(description -> Decision.notAllowed("the target is " + description)));
        return builtIn.or(() -> limit.filter(targets -> !new ListedTargets(targets).containsPort(port))
                .map(targets -> outsideRestriction()));
    }

    /** Judges a target with tailscaled's state at hand. */
    public Decision decide(TargetHost host, Port port, TailnetRoutes routes) {
        Optional<Decision.Refuse> refused = alwaysRefused(host, port);
        if (refused.isPresent()) {
            return refused.get();
        }
        return host.fold(
                address -> decideAddresses(List.of(address), Optional.empty(), port, routes),
                name -> decideName(name, port, routes));
    }

    private Decision decideName(TargetHost.Name name, Port port, TailnetRoutes routes) {
        TargetHost.Name fullName = routes.fullName(name);
        if (denied.denies(name, port, routes)) {
            return Decision.notAllowed("the target's name is denied by configuration");
        }
        if (fullName.isUnder(routes.suffix()) || new ListedTargets(allowed).contains(name, port, routes)) {
            return new Decision.Resolve(name, fullName);
        }
        return Decision.notAllowed("the target's name is not in the tailnet and not allowed by configuration");
    }

    /** Judges the addresses that a name resolved to. One that is never reachable, or denied, condemns the whole response. */
    public Decision.Verdict decideResolved(
            Decision.Resolve resolved, Port port, List<IpAddress> addresses, TailnetRoutes routes) {
        return decideAddresses(addresses, Optional.of(resolved.fullName()), port, routes);
    }

    /** Judges a target behind a SOCKS5 server that is not tailscaled: nothing but what is listed. */
    public Decision.Verdict decideWithoutTailnet(TargetHost host, Port port) {
        Optional<Decision.Refuse> refused = alwaysRefused(host, port);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (limit.isPresent() && limit.get().stream().noneMatch(rule -> rule.covers(host, port))) {
            return outsideRestriction();
        }
        return host.fold(address -> decideWithoutTailnet(address, port), name -> decideWithoutTailnet(name, port));
    }

    private Decision.Verdict decideWithoutTailnet(IpAddress address, Port port) {
        if (denied.denies(address, port, TailnetRoutes.unknown())) {
            return Decision.notAllowed("the target is denied by configuration");
        }
        return allowed.stream().anyMatch(rule -> rule.matches(address, port))
                ? new Decision.Dial(List.of(address))
                : Decision.notAllowed("the target is not allowed by configuration");
    }

    private Decision.Verdict decideWithoutTailnet(TargetHost.Name name, Port port) {
        // The addresses of the name can't be judged here, so a pattern is not enough: only what is listed letter by
        // letter.
        return !denied.mayDeny(name, port) && allowed.stream().anyMatch(rule -> rule.matchesExactly(name, port))
                ? new Decision.DialName(name)
                : Decision.notAllowed("the target's name is not allowed by configuration");
    }

    private Decision.Verdict decideAddresses(
            List<IpAddress> addresses, Optional<TargetHost.Name> requested, Port port, TailnetRoutes routes) {
        for (IpAddress address : addresses) {
            Optional<Decision.Refuse> refused = builtIn(address, port);
            if (refused.isPresent()) {
                return refused.get();
            }
            if (!Collections.disjoint(forms(address), routes.self())) {
                return Decision.notAllowed("the target is this node itself");
            }
            if (denied.denies(address, port, routes)) {
                return Decision.notAllowed("the target is denied by configuration");
            }
        }
        List<IpAddress> dialable = new ArrayList<>(addresses);
        dialable.removeIf(address -> !isAllowed(address, requested, port, routes));
        if (dialable.isEmpty()) {
            return Decision.notAllowed("the target is not an address of the tailnet and not allowed by configuration");
        }
        limit.ifPresent(targets ->
                dialable.removeIf(address -> !new ListedTargets(targets).contains(address, requested, port, routes)));
        if (dialable.isEmpty()) {
            return outsideRestriction();
        }
        dialable.removeIf(address -> !routes.routes(address));
        return dialable.isEmpty() ? Decision.noRoute() : new Decision.Dial(dialable);
    }

    private boolean isAllowed(IpAddress address, Optional<TargetHost.Name> requested, Port port, TailnetRoutes routes) {
        return (peers == Peers.ALL && routes.peers().contains(address))
                || new ListedTargets(allowed).contains(address, requested, port, routes);
    }

    private Optional<Decision.Refuse> builtIn(IpAddress address, Port port) {
        for (IpAddress form : forms(address)) {
            if (ownEndpoints.contains(new Endpoint(form, port))) {
                return Optional.of(Decision.notAllowed("the target is a port of this proxy's own environment"));
            }
        }
        return BuiltInRefusals.reasonFor(address)
                .map(description -> Decision.notAllowed("the target is " + description));
    }

    /** The address and those that it carries. */
    private static List<IpAddress> forms(IpAddress address) {
        List<IpAddress> embedded = EmbeddedIpv4.of(address);
        if (embedded.isEmpty()) {
            return List.of(address);
        }
        List<IpAddress> forms = new ArrayList<>(embedded);
        forms.add(address);
        return forms;
    }

    private static Decision.Refuse outsideRestriction() {
        return Decision.notAllowed("the client is not allowed to reach this target");
    }
}
