package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.policy.Decision;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.policy.TargetHost;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** From a target's name or address to the addresses that may be dialled, with the policy asked at every step. */
final class Targets {

    private final TargetPolicy policy;
    private final Tailnet tailnet;

    Targets(TargetPolicy policy, Tailnet tailnet) {
        this.policy = policy;
        this.tailnet = tailnet;
    }

    /**
     * What may be dialled.
     *
     * @param hosts addresses, or one name for a SOCKS5 server that is not tailscaled; the best first
     * @param joinedSince wall-clock milliseconds since when the node is in the tailnet, if that is known
     */
    record Dialable(List<String> hosts, Optional<Long> joinedSince) {}

    /** Finds the addresses of a target. Fails with a {@link ProxyFailure} when there are none to dial. */
    Future<Dialable> find(TargetHost host, int port, Duration joinWait, Duration left) {
        Optional<Decision.Refuse> refused = policy.refusedAlways(host, port);
        if (refused.isPresent()) {
            return Future.failedFuture(refused.get().failure());
        }
        Duration wait = joinWait.compareTo(left) < 0 ? joinWait : left;
        return tailnet.awaitJoined(wait).compose(state -> {
            if (state instanceof TailnetState.Joined joined) {
                return inTailnet(host, port, joined, left);
            }
            if (state instanceof TailnetState.Unknown) {
                return dialable(policy.decideWithoutTailnet(host, port), Optional.empty());
            }
            return Future.failedFuture(new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, tailnet.whyNotJoined()));
        });
    }

    private Future<Dialable> inTailnet(TargetHost host, int port, TailnetState.Joined joined, Duration left) {
        TailnetRoutes routes = joined.routes();
        Optional<Long> since = Optional.of(joined.since());
        Decision decision = policy.decide(host, port, routes);
        if (decision instanceof Decision.Resolve resolve && host instanceof TargetHost.Name name) {
            return tailnet.resolve(resolve.fullName().value(), left).compose(addresses -> {
                if (addresses.isEmpty()) {
                    return Future.failedFuture(
                            new ProxyFailure(ErrorName.NAME_NOT_FOUND, "the tailnet knows no such name"));
                }
                return dialable(policy.decideResolved(name, resolve.fullName(), port, addresses, routes), since);
            });
        }
        return dialable(decision, since);
    }

    private static Future<Dialable> dialable(Decision decision, Optional<Long> since) {
        if (decision instanceof Decision.Dial dial) {
            return Future.succeededFuture(new Dialable(
                    dial.addresses().stream().map(IpAddress::toString).toList(), since));
        }
        if (decision instanceof Decision.DialName dialName) {
            return Future.succeededFuture(new Dialable(List.of(dialName.name().value()), since));
        }
        if (decision instanceof Decision.Refuse refuse) {
            return Future.failedFuture(refuse.failure());
        }
        throw new IllegalStateException("BUG: a decision that is not final: " + decision);
    }
}
