package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.limits.Limits;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ProxyOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Decides which request gets which connection, and keeps the limits. Vert.x's own pool counts connections for each name
 * that a certificate is checked for, which the client chooses, has no count of all, and lets nobody leave its queue.
 */
final class TargetPool {

    /** What of a limit stands in the way of a request. */
    private enum Obstacle {
        TARGET,
        ALL
    }

    /** Either a slot or what stands in the way of one. */
    private record Taken(Optional<Slot> slot, Obstacle obstacle) {}

    private record Waiter(Wanted wanted, Promise<Grant> promise) {}

    private final Vertx vertx;
    private final Limits limits;
    private final int mostForOneTarget;
    private final Supplier<ProxyOptions> keys;
    private final Map<Target, Place> places = new HashMap<>();

    /** An address and port: whatever name a client gives them, they are one target. */
    private record Target(String host, int port) {

        static Target of(Endpoint endpoint) {
            return new Target(endpoint.host(), endpoint.port());
        }
    }

    /** What one target has. */
    private static final class Place {
        private final List<Slot> slots = new ArrayList<>();
        private final Set<Waiter> waiting = new LinkedHashSet<>();
        private long requests;

        boolean isEmpty() {
            return slots.isEmpty() && requests == 0;
        }
    }

    /** @param keys gives each connection what tells Vert.x that it is another one */
    TargetPool(Vertx vertx, Limits limits, int mostForOneTarget, Supplier<ProxyOptions> keys) {
        this.vertx = vertx;
        this.limits = limits;
        this.mostForOneTarget = mostForOneTarget;
        this.keys = keys;
    }

    /**
     * A place for a connection, or one with a connection. Whoever gets it gives it back with {@link #began} and {@link
     * #ended}, or with {@link #ended} alone.
     */
    Future<Grant> acquire(Wanted wanted) {
        Waiter waiter = new Waiter(wanted, Promise.promise());
        Optional<Grant> granted;
        synchronized (this) {
            granted = takeOrWait(waiter);
        }
        if (granted.isPresent()) {
            return Future.succeededFuture(granted.get().withRoom());
        }
        Future<Grant> later = waiter.promise().future();
        if (!later.isComplete()) {
            long timer = vertx.setTimer(Math.max(1, wanted.timeoutMillis()), id -> leave(waiter, late()));
            later.onComplete(over -> vertx.cancelTimer(timer));
            wanted.gone().onComplete(gone -> leave(waiter, UpstreamClient.callerGone()));
        }
        return later;
    }

    private Optional<Grant> takeOrWait(Waiter waiter) {
        Wanted wanted = waiter.wanted();
        Place place = places.computeIfAbsent(Target.of(wanted.endpoint()), target -> new Place());
        if (place.requests >= limits.requestsForOneTarget()) {
            waiter.promise()
                    .fail(limits.requests()
                            .refusal("the limit of " + limits.requestsForOneTarget()
                                    + " requests under way to one target is reached, three quarters of all"));
            return Optional.empty();
        }
        place.requests++;
        Taken taken = place.waiting.isEmpty() ? take(place, wanted) : new Taken(Optional.empty(), Obstacle.TARGET);
        if (taken.slot().isPresent()) {
            return Optional.of(Grant.of(taken.slot().get(), false));
        }
        if (taken.obstacle() == Obstacle.ALL || !limits.waiting().tryTake(1)) {
            place.requests--;
            forgetIfEmpty(wanted.endpoint(), place);
            waiter.promise().fail(refusal(taken.obstacle()));
        } else {
            place.waiting.add(waiter);
        }
        return Optional.empty();
    }

    private ProxyFailure refusal(Obstacle obstacle) {
        return obstacle == Obstacle.ALL
                ? limits.targetConnections().refusal()
                : limits.waiting().refusal();
    }

    private static ProxyFailure late() {
        return new ProxyFailure(ErrorName.TIMEOUT, "no connection to the target became free in time");
    }

    private void leave(Waiter waiter, ProxyFailure why) {
        Endpoint endpoint = waiter.wanted().endpoint();
        synchronized (this) {
            Place place = places.get(Target.of(endpoint));
            if (place == null || !place.waiting.remove(waiter)) {
                return;
            }
            limits.waiting().giveBack(1);
            place.requests--;
            forgetIfEmpty(endpoint, place);
        }
        waiter.promise().fail(why);
    }

    private Taken take(Place place, Wanted wanted) {
        Optional<Slot> known = place.slots.stream()
                .filter(slot -> slot.endpoint().equals(wanted.endpoint()) && slot.takesMore())
                .filter(slot -> use(slot).filter(wanted.fresh()).isPresent())
                .max(Comparator.comparingLong(TargetPool::lastEnd));
        if (known.isPresent()) {
            known.get().grant();
            return new Taken(known, Obstacle.TARGET);
        }
        Optional<Slot> victim = Optional.empty();
        if (place.slots.size() >= mostForOneTarget) {
            victim = longestIdle(place.slots.stream());
            if (victim.isEmpty()) {
                return new Taken(Optional.empty(), Obstacle.TARGET);
            }
        } else if (!limits.targetConnections().tryTake(1)) {
            victim = longestIdle(places.values().stream().flatMap(other -> other.slots.stream()));
            if (victim.isEmpty()) {
                return new Taken(Optional.empty(), Obstacle.ALL);
            }
        }
        Slot made = new Slot(
                wanted.endpoint(), keys.get(), victim.map(this::displace).orElse(null));
        made.grant();
        place.slots.add(made);
        return new Taken(Optional.of(made), Obstacle.TARGET);
    }

    private static Optional<ConnectionUse> use(Slot slot) {
        return Optional.ofNullable(slot.use());
    }

    private static long lastEnd(Slot slot) {
        return use(slot).map(ConnectionUse::lastEnd).orElse(Long.MIN_VALUE);
    }

    private static Optional<Slot> longestIdle(Stream<Slot> slots) {
        return slots.filter(Slot::isIdle).min(Comparator.comparingLong(TargetPool::lastEnd));
    }

    /** Forgets an idle connection that is to be closed; what is counted for it goes to its successor. */
    private Channel displace(Slot idle) {
        Place place = places.get(Target.of(idle.endpoint()));
        if (place != null) {
            place.slots.remove(idle);
            forgetIfEmpty(idle.endpoint(), place);
        }
        Channel channel = Objects.requireNonNull(idle.channel());
        use(idle).ifPresent(ConnectionUse::makeUnusable);
        idle.closed();
        return channel;
    }

    /** The exchange that a slot was granted for has got its connection. */
    void began(Slot slot, ConnectionUse use, Channel channel) {
        boolean first;
        synchronized (this) {
            slot.granted();
            first = !channel.equals(slot.channel());
            slot.opened(use, channel);
        }
        if (first) {
            channel.closeFuture().addListener(closed -> closed(slot, channel));
        }
    }

    private void closed(Slot slot, Channel channel) {
        synchronized (this) {
            if (channel.equals(slot.channel())) {
                slot.closed();
            }
            removeIfVacant(slot);
        }
        serveNext(slot.endpoint());
    }

    /** The exchange that a slot was granted for can't begin. */
    void failed(Slot slot) {
        synchronized (this) {
            slot.granted();
            removeIfVacant(slot);
        }
        ended(slot.endpoint());
    }

    private void removeIfVacant(Slot slot) {
        Place place = places.get(Target.of(slot.endpoint()));
        if (slot.isVacant() && place != null && place.slots.remove(slot)) {
            limits.targetConnections().giveBack(1);
            forgetIfEmpty(slot.endpoint(), place);
        }
    }

    /** A request that had a slot is over. */
    void ended(Endpoint endpoint) {
        synchronized (this) {
            Place place = places.get(Target.of(endpoint));
            if (place != null) {
                place.requests--;
                forgetIfEmpty(endpoint, place);
            }
        }
        serveNext(endpoint);
    }

    /** A connection may have become free. */
    void serveNext(Endpoint endpoint) {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            Place place = places.get(Target.of(endpoint));
            while (place != null && !place.waiting.isEmpty()) {
                Waiter next = place.waiting.iterator().next();
                Taken taken = take(place, next.wanted());
                if (taken.slot().isEmpty() && taken.obstacle() == Obstacle.TARGET) {
                    break;
                }
                place.waiting.remove(next);
                limits.waiting().giveBack(1);
                if (taken.slot().isPresent()) {
                    Grant grant = Grant.of(taken.slot().get(), true);
                    told.add(() -> next.promise().complete(grant.withRoom()));
                } else {
                    place.requests--;
                    ProxyFailure refusal = limits.targetConnections().refusal();
                    told.add(() -> next.promise().fail(refusal));
                }
            }
        }
        told.forEach(Runnable::run);
    }

    private void forgetIfEmpty(Endpoint endpoint, Place place) {
        if (place.isEmpty()) {
            places.remove(Target.of(endpoint), place);
        }
    }
}
