package dev.tailnetproxy.proxy.resolution;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.logging.ProblemReminder;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.tailnet.ExtensionState;
import dev.tailnetproxy.proxy.tailnet.Shields;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
public final class DeniedNamesTailnet implements Tailnet {

    private static final Logger LOG = Logger.getLogger(DeniedNamesTailnet.class);

    private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(1);

    /** Older than this, as after a freeze, what is known is not used before it was asked for again. */
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    /** A name server that says nothing must not take the time of every request. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private final Tailnet tailnet;
    private final List<TargetHost.Name> names;
    private final Clock clock;
    private final ProblemReminder resolutionProblem;
    private final Map<String, Lookup> lookups = new ConcurrentHashMap<>();

    /** What was learnt of a name, and what is about to be. */
    private record Lookup(
            Instant at, Future<List<IpAddress>> latest, List<IpAddress> lastKnown, Future<List<IpAddress>> current) {

        List<IpAddress> addresses() {
            return latest.succeeded() ? latest.result() : lastKnown;
        }
    }

    private DeniedNamesTailnet(Tailnet tailnet, List<TargetHost.Name> names, Clock clock) {
        this.tailnet = tailnet;
        this.names = names;
        this.clock = clock;
        this.resolutionProblem = new ProblemReminder(clock, Duration.ZERO);
    }

    /** The same tailnet where no single name is denied. */
    public static Tailnet decorate(Tailnet tailnet, List<TargetRule> denied, Clock clock) {
        List<TargetHost.Name> names = denied.stream()
                .map(TargetRule::pattern)
                .flatMap(pattern -> pattern.exactName().stream())
                .distinct()
                .toList();
        return names.isEmpty() ? tailnet : new DeniedNamesTailnet(tailnet, names, clock);
    }

    @Override
    public TailnetState state() {
        return withResolvedNames(tailnet.state());
    }

    @Override
    public Future<TailnetState> awaitJoined(Duration atMost) {
        return tailnet.awaitJoined(atMost).compose(state -> state.joined()
                .map(joined -> lookupAll(joined).map(done -> withResolvedNames(state)))
                .orElseGet(() -> Future.succeededFuture(state)));
    }

    private Future<?> lookupAll(TailnetState.Joined joined) {
        List<Future<List<IpAddress>>> all = names.stream()
                .map(name -> joined.routes().fullName(name).value())
                .filter(name -> !joined.routes().names().containsKey(name))
                .map(this::lookup)
                .toList();
        return Future.join(all).otherwiseEmpty();
    }

    /** Done when what is known of the name may be used. */
    private Future<List<IpAddress>> lookup(String name) {
        Instant now = clock.instant();
        Lookup previous = lookups.get(name);
        if (previous != null && now.isBefore(previous.at().plus(REFRESH_INTERVAL))) {
            return previous.current();
        }
        Future<List<IpAddress>> latest = tailnet.resolve(name, MAX_WAIT)
                .onSuccess(addresses -> resolutionProblem.resolved())
                .onFailure(e -> logUnresolved(name));
        Future<List<IpAddress>> current =
                previous != null && now.isBefore(previous.at().plus(MAX_AGE))
                        ? previous.current()
                        : latest.otherwiseEmpty();
        Lookup lookup = new Lookup(now, latest, previous == null ? List.of() : previous.addresses(), current);
        lookups.put(name, lookup);
        return lookup.current();
    }

    private void logUnresolved(String name) {
        if (resolutionProblem.shouldLog(name)) {
            LOG.warnf(
                    "The addresses of %s, which TS_PROXY_DENIED_TARGETS denies by its name, are unknown: the tailnet's "
                            + "resolver does not resolve it. Until it does, only the last known addresses are denied.",
                    name);
        }
    }

    private TailnetState withResolvedNames(TailnetState state) {
        return lookups.isEmpty()
                ? state
                : state.joined().<TailnetState>map(this::withResolvedNames).orElse(state);
    }

    private TailnetState.Joined withResolvedNames(TailnetState.Joined joined) {
        Map<String, List<IpAddress>> addresses = new HashMap<>();
        lookups.forEach((name, lookup) -> addresses.put(name, lookup.addresses()));
        return new TailnetState.Joined(
                joined.routes().withNames(addresses),
                joined.peerRouting(),
                joined.node(),
                joined.exitNodeDown(),
                joined.since());
    }

    @Override
    public Future<List<IpAddress>> resolve(String fullName, Duration atMost) {
        return tailnet.resolve(fullName, atMost);
    }

    @Override
    public Future<Boolean> ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost) {
        return tailnet.ping(peer, directAcceptedAfter, atMost);
    }

    @Override
    public String unavailableReason() {
        return tailnet.unavailableReason();
    }

    @Override
    public Optional<ExtensionState> extension() {
        return tailnet.extension();
    }

    @Override
    public Shields shields() {
        return tailnet.shields();
    }
}
