package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.logging.LastingProblem;
import dev.tailnetproxy.proxy.policy.TargetHost;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.tailnet.ExtensionState;
import dev.tailnetproxy.proxy.tailnet.Shields;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * A tailnet that also tells the addresses of the names that are denied, so that nobody reaches by its address what is
 * denied by its name. Of peers tailscaled tells them by itself; other names, of split DNS, are asked for once a minute,
 * while requests come. Names below a {@code *.suffix} cannot be known.
 */
public final class DeniedNames implements Tailnet {

    private static final Logger LOG = Logger.getLogger(DeniedNames.class);

    private static final long FRESH_MS = 60_000;

    /** Older than this, as after a freeze, what is known is not used before it was asked for again. */
    private static final long USABLE_MS = 600_000;

    /** A name server that says nothing must not take the time of every request. */
    private static final Duration MOST_WAIT = Duration.ofSeconds(2);

    private final Tailnet tailnet;
    private final List<TargetHost.Name> names;
    private final Clock clock;
    private final LastingProblem unknown;
    private final Map<String, LookUp> lookUps = new ConcurrentHashMap<>();

    /** What was learnt of a name, and what is about to be. */
    private record LookUp(
            long at, Future<List<IpAddress>> newest, List<IpAddress> lastKnown, Future<List<IpAddress>> usable) {

        List<IpAddress> known() {
            return newest.succeeded() ? newest.result() : lastKnown;
        }
    }

    private DeniedNames(Tailnet tailnet, List<TargetHost.Name> names, Clock clock) {
        this.tailnet = tailnet;
        this.names = names;
        this.clock = clock;
        this.unknown = new LastingProblem(clock, Duration.ZERO);
    }

    /** The same tailnet where no single name is denied. */
    public static Tailnet knownIn(Tailnet tailnet, List<TargetRule> denied, Clock clock) {
        List<TargetHost.Name> names = denied.stream()
                .map(TargetRule::pattern)
                .filter(TargetRule.Pattern.ExactName.class::isInstance)
                .map(pattern -> ((TargetRule.Pattern.ExactName) pattern).name())
                .distinct()
                .toList();
        return names.isEmpty() ? tailnet : new DeniedNames(tailnet, names, clock);
    }

    @Override
    public TailnetState state() {
        return withKnown(tailnet.state());
    }

    @Override
    public Future<TailnetState> awaitJoined(Duration atMost) {
        return tailnet.awaitJoined(atMost)
                .compose(state -> state instanceof TailnetState.Joined joined
                        ? lookUpAll(joined).map(done -> withKnown(state))
                        : Future.succeededFuture(state));
    }

    private Future<?> lookUpAll(TailnetState.Joined joined) {
        List<Future<List<IpAddress>>> all = names.stream()
                .map(name -> joined.routes().fullName(name).value())
                .filter(name -> !joined.routes().names().containsKey(name))
                .map(this::lookUp)
                .toList();
        return Future.join(all).otherwiseEmpty();
    }

    /** Done when what is known of the name may be used. */
    private Future<List<IpAddress>> lookUp(String name) {
        long now = clock.millis();
        LookUp before = lookUps.get(name);
        if (before != null && now - before.at() < FRESH_MS) {
            return before.usable();
        }
        Future<List<IpAddress>> newest = tailnet.resolve(name, MOST_WAIT)
                .onSuccess(addresses -> unknown.over())
                .onFailure(e -> notKnown(name));
        boolean old = before == null || now - before.at() >= USABLE_MS;
        LookUp lookUp = new LookUp(
                now,
                newest,
                before == null ? List.of() : before.known(),
                old ? newest.otherwiseEmpty() : before.usable());
        lookUps.put(name, lookUp);
        return lookUp.usable();
    }

    private void notKnown(String name) {
        if (unknown.isDue(name)) {
            LOG.warnf(
                    "The addresses of %s, which TS_PROXY_DENIED_TARGETS denies by its name, are not known: the tailnet's "
                            + "resolver does not tell them. Until it does, those that were known last are denied, and no others.",
                    name);
        }
    }

    private TailnetState withKnown(TailnetState state) {
        if (!(state instanceof TailnetState.Joined joined) || lookUps.isEmpty()) {
            return state;
        }
        Map<String, List<IpAddress>> known = new HashMap<>();
        lookUps.forEach((name, lookUp) -> known.put(name, lookUp.known()));
        return new TailnetState.Joined(
                joined.routes().withNames(known),
                joined.carriers(),
                joined.node(),
                joined.exitNodeDown(),
                joined.since());
    }

    @Override
    public Future<List<IpAddress>> resolve(String fullName, Duration atMost) {
        return tailnet.resolve(fullName, atMost);
    }

    @Override
    public Future<Boolean> ping(IpAddress peer, Duration directFrom, Duration atMost) {
        return tailnet.ping(peer, directFrom, atMost);
    }

    @Override
    public String whyNotJoined() {
        return tailnet.whyNotJoined();
    }

    @Override
    public Optional<ExtensionState.Problem> problem() {
        return tailnet.problem();
    }

    @Override
    public Shields shields() {
        return tailnet.shields();
    }
}
