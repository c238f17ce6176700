package dev.tailnetproxy.proxy.resolution;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.policy.Decision;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** From a target's name or address to the addresses that may be dialled, with the policy asked at every step. */
public final class TargetResolver {

    private final TargetPolicy policy;
    private final Tailnet tailnet;
    private final ResolutionSettings settings;
    private final Clock clock;

    public TargetResolver(TargetPolicy policy, Tailnet tailnet, ResolutionSettings settings, Clock clock) {
        this.policy = policy;
        this.tailnet = tailnet;
        this.settings = settings;
        this.clock = clock;
    }

    /** For one client: nothing but what is listed for that principal, where the settings list something at all. */
    public TargetResolver of(Caller caller) {
        return settings.callers()
                .map(callers -> caller instanceof Caller.Principal principal
                        ? callers.of(principal.arn())
                        : List.<TargetRule>of())
                .map(listed -> new TargetResolver(policy.restrictedTo(listed), tailnet, settings, clock))
                .orElse(this);
    }

    /**
     * What may be dialled.
     *
     * @param hosts addresses, or one name for a SOCKS5 server that is not tailscaled; the best first
     */
    public record Dialable(List<String> hosts) {}

    /**
     * Finds the addresses of a target. Fails with a {@link ProxyFailure} when there are none to dial.
     *
     * @param deadline wall-clock milliseconds after which no response is of use
     */
    public Future<Dialable> resolve(TargetHost host, int port, long deadline) {
        Optional<Decision.Refuse> refused = policy.alwaysRefused(host, port);
        if (refused.isPresent()) {
            return Future.failedFuture(refused.get().failure());
        }
        Duration remaining = remaining(deadline);
        Duration wait = settings.joinWait().compareTo(remaining) < 0 ? settings.joinWait() : remaining;
        return tailnet.awaitJoined(wait).compose(state -> {
            if (state instanceof TailnetState.Joined joined) {
                return resolveInTailnet(host, port, joined, deadline);
            }
            if (state instanceof TailnetState.Unknown) {
                return dialable(policy.decideWithoutTailnet(host, port));
            }
            return Future.failedFuture(new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, tailnet.unavailableReason()));
        });
    }

    private Future<Dialable> resolveInTailnet(TargetHost host, int port, TailnetState.Joined joined, long deadline) {
        if (settings.exitNode().required() && exitNodeMissing(joined)) {
            return Future.failedFuture(exitNodeDown());
        }
        TailnetRoutes routes = joined.routes();
        Decision decision = policy.decide(host, port, routes);
        if (decision instanceof Decision.Resolve resolve) {
            return tailnet.resolve(resolve.fullName().value(), remaining(deadline))
                    .compose(addresses -> {
                        if (addresses.isEmpty()) {
                            return Future.failedFuture(
                                    new ProxyFailure(ErrorName.NAME_NOT_FOUND, "the tailnet knows no such name"));
                        }
                        return dialable(
                                withExitNodeReason(policy.decideResolved(resolve, port, addresses, routes), joined));
                    });
        }
        return dialable(withExitNodeReason((Decision.Verdict) decision, joined));
    }

    /**
     * Decides once more on what {@link #resolve} gave, from the beginning: since then a peer may have gone, its address may be
     * somebody else's, a name may mean another address, or the node may be in another tailnet.
     *
     * @param dialable one of the hosts that were found
     * @return done when it may still be dialled; fails with a {@link ProxyFailure} when it may not
     */
    public Future<Void> permit(TargetHost host, int port, String dialable, long deadline) {
        if (tailnet.state() instanceof TailnetState.NotJoined) {
            return Future.failedFuture(new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, tailnet.unavailableReason()));
        }
        return resolve(host, port, deadline)
                .compose(resolved -> resolved.hosts().contains(dialable)
                        ? Future.succeededFuture()
                        : Future.failedFuture(Decision.noRoute().failure()));
    }

    private Duration remaining(long deadline) {
        return Duration.ofMillis(Math.max(0, deadline - clock.millis()));
    }

    /** The one that tailscaled was told of is down, or the operator's was not told to tailscaled yet. */
    private boolean exitNodeMissing(TailnetState.Joined joined) {
        return joined.exitNodeDown()
                || (settings.exitNode().configured() && !joined.routes().exitNode());
    }

    private Decision.Verdict withExitNodeReason(Decision.Verdict verdict, TailnetState.Joined joined) {
        return verdict instanceof Decision.Refuse refuse ? withExitNodeReason(refuse, joined) : verdict;
    }

    /** An address that only the exit node could route is unavailable for as long as that is down. */
    private Decision.Refuse withExitNodeReason(Decision.Refuse refuse, TailnetState.Joined joined) {
        return refuse.error() == ErrorName.NO_TAILNET_ROUTE && exitNodeMissing(joined)
                ? new Decision.Refuse(
                        ErrorName.TAILNET_UNAVAILABLE, exitNodeDown().reason())
                : refuse;
    }

    private static ProxyFailure exitNodeDown() {
        return new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, "ExitNodeDown: the exit node is down");
    }

    private static Future<Dialable> dialable(Decision.Verdict verdict) {
        if (verdict instanceof Decision.Dial dial) {
            return Future.succeededFuture(new Dialable(
                    dial.addresses().stream().map(IpAddress::toString).toList()));
        }
        if (verdict instanceof Decision.DialName dialName) {
            return Future.succeededFuture(new Dialable(List.of(dialName.name().value())));
        }
        return Future.failedFuture(((Decision.Refuse) verdict).failure());
    }
}
