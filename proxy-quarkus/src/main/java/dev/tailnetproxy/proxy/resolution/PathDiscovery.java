package dev.tailnetproxy.proxy.resolution;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.time.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The settling time: for a while after joining or thawing a peer may not know this node, and drops what it sends. A dial
 * into that silence is repeated by tailscaled after 5 s only, so before the first one the peer is pinged until it replies.
 */
public final class PathDiscovery {

    /** The control plane has told all peers of a new node by then, or it is of no use to wait for it. */
    static final Duration MAX_WAIT = Duration.ofSeconds(3);

    /** A new node is connected to its relay by then. One that was frozen is known to its peers. */
    static final Duration DIRECT_ACCEPTED_AFTER = Duration.ofMillis(150);

    private final Vertx vertx;
    private final Tailnet tailnet;
    private final Duration settleTime;
    private final FreezeDetector freezeDetector;
    private final Clock clock;
    private final Map<IpAddress, Search> searches = new ConcurrentHashMap<>();

    /**
     * The search for a path to one peer.
     *
     * @param settlingSince when the settling time began that it belongs to
     * @param result done when the peer has replied, or is not waited for any longer
     */
    private record Search(Instant settlingSince, Future<Boolean> result) {}

    public PathDiscovery(
            Vertx vertx, Tailnet tailnet, ResolutionSettings settings, FreezeDetector freezeDetector, Clock clock) {
        this.vertx = vertx;
        this.tailnet = tailnet;
        this.settleTime = settings.settleTime();
        this.freezeDetector = freezeDetector;
        this.clock = clock;
    }

    /** A request has come: looks whether there was a freeze before it. */
    public void check() {
        freezeDetector.check();
    }

    /** Whether paths to peers are just being found, so that a failed dial is worth repeating. */
    public boolean isSettling() {
        return settlingSince().isPresent();
    }

    /** When the settling time began; empty when it is over. */
    private Optional<Instant> settlingSince() {
        return tailnet.state().joined().map(this::settlingSince).orElseGet(() -> ifRecent(freezeDetector.lastThaw()));
    }

    private Optional<Instant> settlingSince(TailnetState.Joined joined) {
        return ifRecent(
                freezeDetector.lastThaw().filter(joined.since()::isBefore).or(() -> Optional.of(joined.since())));
    }

    private Optional<Instant> ifRecent(Optional<Instant> start) {
        return start.filter(then -> clock.instant().isBefore(then.plus(settleTime)));
    }

    /**
     * Finds the path to whoever carries connections to this host.
     *
     * @param deadline of the request; at most half of the time until then is taken, so that a peer that replies
     *     to no pings can still be dialled
     * @return done when it was found, when it is not looked for, or when the time is over; does not fail. On the caller's
     *     context
     */
    public Future<Void> awaitPathTo(TargetHost host, Deadline deadline) {
        Optional<TailnetState.Joined> joined = tailnet.state().joined();
        return joined.isPresent() ? awaitPathTo(host, joined.get(), deadline) : Future.succeededFuture();
    }

    private Future<Void> awaitPathTo(TargetHost host, TailnetState.Joined joined, Deadline deadline) {
        Optional<Instant> settlingSince = settlingSince(joined);
        if (settlingSince.isEmpty()) {
            return Future.succeededFuture();
        }
        Duration atMost = Durations.min(MAX_WAIT, deadline.remaining().dividedBy(2));
        return host.address()
                .flatMap(joined.peerRouting()::of)
                .filter(peer -> atMost.toMillis() > 0)
                .map(peer -> awaitAtMost(
                        atMost,
                        search(peer, settlingSince.get(), settlingSince.get().equals(joined.since()))))
                .orElseGet(Future::succeededFuture);
    }

    /** One for all requests of a settling time, whatever their deadlines. */
    private Future<Boolean> search(IpAddress peer, Instant settlingSince, boolean afterJoining) {
        searches.values().removeIf(known -> !known.settlingSince().equals(settlingSince));
        return searches.compute(
                        peer,
                        (key, known) -> known != null && known.settlingSince().equals(settlingSince)
                                ? known
                                : new Search(
                                        settlingSince,
                                        tailnet.ping(
                                                peer, afterJoining ? DIRECT_ACCEPTED_AFTER : Duration.ZERO, MAX_WAIT)))
                .result();
    }

    private Future<Void> awaitAtMost(Duration atMost, Future<Boolean> search) {
        if (search.isComplete()) {
            return Future.succeededFuture();
        }
        Context context = Vertx.currentContext();
        Promise<Void> finished = Promise.promise();
        long timer = vertx.setTimer(atMost.toMillis(), id -> finished.tryComplete());
        search.onComplete(result -> finished.tryComplete());
        Promise<Void> promise = Promise.promise();
        finished.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            if (context == null) {
                promise.complete();
            } else {
                context.runOnContext(go -> promise.complete());
            }
        });
        return promise.future();
    }
}
