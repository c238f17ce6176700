package dev.tailnetproxy.proxy.resolution;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.policy.Decision;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.time.Durations;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** From a target's name or address to the addresses that may be dialled, with the policy asked at every step. */
public final class TargetResolver {

    private final TargetPolicy policy;
    private final Tailnet tailnet;
    private final ResolutionSettings settings;

    public TargetResolver(TargetPolicy policy, Tailnet tailnet, ResolutionSettings settings) {
        this.policy = policy;
        this.tailnet = tailnet;
        this.settings = settings;
    }

    /** For one client: nothing but what is listed for that principal, where the settings list something at all. */
    public TargetResolver of(Caller caller) {
        return settings.callers()
                .map(callers -> caller.principalArn().map(callers::of).orElse(List.<TargetRule>of()))
                .map(listed -> new TargetResolver(policy.restrictedTo(listed), tailnet, settings))
                .orElse(this);
    }

    /**
     * What may be dialled.
     *
     * @param hosts addresses, or one name for a SOCKS5 server that is not tailscaled; the best first
     */
    public record Dialable(List<TargetHost> hosts) {
        public Dialable {
            hosts = List.copyOf(hosts);
            if (hosts.isEmpty()) {
                throw new IllegalArgumentException("nothing to dial");
            }
        }
    }

    /**
     * Finds the addresses of a target. Fails with a {@link ProxyFailure} when there are none to dial.
     *
     * @param deadline after which no response is of use
     */
    public Future<Dialable> resolve(TargetHost host, Port port, Deadline deadline) {
        Optional<Decision.Refuse> refused = policy.alwaysRefused(host, port);
        if (refused.isPresent()) {
            return Future.failedFuture(refused.get().failure());
        }
        return tailnet.awaitJoined(Durations.min(settings.joinWait(), deadline.remaining()))
                .compose(state -> state.fold(
                        joined -> resolveInTailnet(host, port, joined, deadline),
                        notJoined -> Future.failedFuture(unavailable()),
                        () -> dialable(policy.decideWithoutTailnet(host, port), refuse -> refuse)));
    }

    private Future<Dialable> resolveInTailnet(
            TargetHost host, Port port, TailnetState.Joined joined, Deadline deadline) {
        if (settings.exitNode().required() && exitNodeMissing(joined)) {
            return Future.failedFuture(exitNodeDown());
        }
        TailnetRoutes routes = joined.routes();
        return policy.decide(host, port, routes)
                .fold(
                        verdict -> dialable(verdict, refuse -> withExitNodeReason(refuse, joined)),
                        resolve -> tailnet.resolve(resolve.fullName().value(), deadline.remaining())
                                .compose(addresses -> resolved(resolve, port, addresses, joined)));
    }

    private Future<Dialable> resolved(
            Decision.Resolve resolve, Port port, List<IpAddress> addresses, TailnetState.Joined joined) {
        if (addresses.isEmpty()) {
            return Future.failedFuture(new ProxyFailure(ErrorName.NAME_NOT_FOUND, "the tailnet knows no such name"));
        }
        return dialable(
                policy.decideResolved(resolve, port, addresses, joined.routes()),
                refuse -> withExitNodeReason(refuse, joined));
    }

    /**
     * Decides once more on what {@link #resolve} gave, from the beginning: since then a peer may have gone, its address may be
     * somebody else's, a name may mean another address, or the node may be in another tailnet.
     *
     * @param dialable one of the hosts that were found
     * @return done when it may still be dialled; fails with a {@link ProxyFailure} when it may not
     */
    public Future<Void> permit(TargetHost host, Port port, TargetHost dialable, Deadline deadline) {
        if (!tailnet.state().isReady()) {
            return Future.failedFuture(unavailable());
        }
        return resolve(host, port, deadline)
                .compose(resolved -> resolved.hosts().contains(dialable)
                        ? Future.succeededFuture()
                        : Future.failedFuture(Decision.noRoute().failure()));
    }

    /** The one that tailscaled was told of is down, or the operator's was not told to tailscaled yet. */
    private boolean exitNodeMissing(TailnetState.Joined joined) {
        return joined.exitNodeDown()
                || (settings.exitNode().configured() && !joined.routes().exitNode());
    }

    /** An address that only the exit node could route is unavailable for as long as that is down. */
    private Decision.Refuse withExitNodeReason(Decision.Refuse refuse, TailnetState.Joined joined) {
        return refuse.error() == ErrorName.NO_TAILNET_ROUTE && exitNodeMissing(joined)
                ? new Decision.Refuse(
                        ErrorName.TAILNET_UNAVAILABLE, exitNodeDown().reason())
                : refuse;
    }

    private ProxyFailure unavailable() {
        return new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, tailnet.unavailableReason());
    }

    private static ProxyFailure exitNodeDown() {
        return new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, "ExitNodeDown: the exit node is down");
    }

    private static Future<Dialable> dialable(Decision.Verdict verdict, UnaryOperator<Decision.Refuse> reason) {
        return verdict.foldVerdict(
                hosts -> Future.succeededFuture(new Dialable(hosts)),
                refuse -> Future.failedFuture(reason.apply(refuse).failure()));
    }
}
