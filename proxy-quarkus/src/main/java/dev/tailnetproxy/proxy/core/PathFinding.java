package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The settling time: for a while after joining or thawing a peer may not know this node, and drops what it sends. A dial
 * into that silence is repeated by tailscaled after 5 s only, so before the first one the peer is pinged until it replies.
 */
public final class PathFinding {

    /** The control plane has told all peers of a new node by then, or it is of no use to wait for it. */
    static final Duration LONGEST = Duration.ofSeconds(3);

    /** A new node is connected to its relay by then. One that was frozen is known to its peers. */
    static final Duration DIRECT_FROM = Duration.ofMillis(150);

    private final Vertx vertx;
    private final Tailnet tailnet;
    private final Duration settleTime;
    private final Freezes freezes;
    private final Clock clock;
    private final Map<IpAddress, Search> searches = new ConcurrentHashMap<>();

    /**
     * The search for a path to one peer.
     *
     * @param settling when the settling time began that it belongs to
     * @param over done when the peer has replied, or is not waited for any longer
     */
    private record Search(long settling, Future<Boolean> over) {}

    public PathFinding(Vertx vertx, Tailnet tailnet, ProxySettings settings, Freezes freezes, Clock clock) {
        this.vertx = vertx;
        this.tailnet = tailnet;
        this.settleTime = settings.settleTime();
        this.freezes = freezes;
        this.clock = clock;
    }

    /** A request has come: looks whether there was a freeze before it. */
    void look() {
        freezes.look();
    }

    /** Whether paths to peers are just being found, so that a failed dial is worth repeating. */
    boolean isSettling() {
        return settling().isPresent();
    }

    /** When the settling time began, in wall-clock milliseconds; empty when it is over. */
    private Optional<Long> settling() {
        return tailnet.state() instanceof TailnetState.Joined joined ? settling(joined) : recent(freezes.lastThaw());
    }

    private Optional<Long> settling(TailnetState.Joined joined) {
        long thawed = freezes.lastThaw().orElse(Long.MIN_VALUE);
        return recent(Optional.of(Math.max(thawed, joined.since())));
    }

    private Optional<Long> recent(Optional<Long> wallMillis) {
        return wallMillis.filter(then -> clock.millis() - then < settleTime.toMillis());
    }

    /**
     * Finds the path to whoever carries connections to this address.
     *
     * @param deadline wall-clock milliseconds; at most half of the time until then is taken, so that a peer that replies
     *     to no pings can still be dialled
     * @return done when it was found, when it is not looked for, or when the time is over; does not fail. On the caller's
     *     context
     */
    Future<Void> toCarrierOf(String address, long deadline) {
        if (!(tailnet.state() instanceof TailnetState.Joined joined)) {
            return Future.succeededFuture();
        }
        Optional<Long> settling = settling(joined);
        if (settling.isEmpty()) {
            return Future.succeededFuture();
        }
        long atMost = Math.min(LONGEST.toMillis(), (deadline - clock.millis()) / 2);
        return IpAddress.parse(address)
                .flatMap(joined.carriers()::of)
                .filter(peer -> atMost > 0)
                .map(peer -> within(atMost, search(peer, settling.get(), settling.get() == joined.since())))
                .orElseGet(Future::succeededFuture);
    }

    /** One for all requests of a settling time, whatever their deadlines. */
    private Future<Boolean> search(IpAddress peer, long settling, boolean afterJoining) {
        searches.values().removeIf(known -> known.settling() != settling);
        return searches.compute(
                        peer,
                        (key, known) -> known != null && known.settling() == settling
                                ? known
                                : new Search(
                                        settling,
                                        tailnet.ping(peer, afterJoining ? DIRECT_FROM : Duration.ZERO, LONGEST)))
                .over();
    }

    private Future<Void> within(long atMost, Future<Boolean> search) {
        if (search.isComplete()) {
            return Future.succeededFuture();
        }
        Context context = Vertx.currentContext();
        Promise<Void> waited = Promise.promise();
        long timer = vertx.setTimer(atMost, id -> waited.tryComplete());
        search.onComplete(over -> waited.tryComplete());
        Promise<Void> there = Promise.promise();
        waited.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            if (context == null) {
                there.complete();
            } else {
                context.runOnContext(go -> there.complete());
            }
        });
        return there.future();
    }
}
