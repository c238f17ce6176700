package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Decides which request gets which connection, and keeps the limits. Vert.x's own pool counts connections for each name
 * that a certificate is checked for, which the client chooses, has no count of all, and lets nobody leave its queue.
 */
final class SlotAllocator {

    /** What of a limit stands in the way of a request. */
    private enum Shortage {
        TARGET,
        ALL
    }

    /** Either a slot or what stands in the way of one. */
    private record SlotAllocation(Optional<ConnectionSlot> slot, Shortage shortage) {}

    private final Vertx vertx;
    private final Limits limits;
    private final int maxPerTarget;
    private final Supplier<ProxyOptions> keys;
    private final Map<TargetKey, TargetSlots> targets = new HashMap<>();

    /** @param keys gives each connection what tells Vert.x that it is another one */
    SlotAllocator(Vertx vertx, Limits limits, int maxPerTarget, Supplier<ProxyOptions> keys) {
        this.vertx = vertx;
        this.limits = limits;
        this.maxPerTarget = maxPerTarget;
        this.keys = keys;
    }

    /**
     * A place for a connection, or one with a connection. Whoever gets it gives it back with {@link #began} and {@link
     * #ended}, or with {@link #ended} alone.
     */
    Future<SlotGrant> acquire(SlotRequest request) {
        TargetSlots.Waiter waiter = new TargetSlots.Waiter(request, Promise.promise());
        Optional<SlotGrant> granted;
        synchronized (this) {
            granted = takeOrWait(waiter);
        }
        if (granted.isPresent()) {
            return Future.succeededFuture(granted.get().closeEvicted());
        }
        Future<SlotGrant> later = waiter.promise().future();
        if (!later.isComplete()) {
            long timer = vertx.setTimer(request.deadline().timerMillis(), id -> cancelWaiting(waiter, waitTimeout()));
            later.onComplete(over -> vertx.cancelTimer(timer));
            request.cancelled().onComplete(cancelled -> cancelWaiting(waiter, UpstreamClient.clientGone()));
        }
        return later;
    }

    private Optional<SlotGrant> takeOrWait(TargetSlots.Waiter waiter) {
        SlotRequest request = waiter.request();
        TargetSlots slots = targets.computeIfAbsent(TargetKey.of(request.endpoint()), target -> new TargetSlots());
        if (slots.requests >= limits.maxRequestsPerTarget()) {
            waiter.promise()
                    .fail(limits.requests()
                            .refusal("the limit of " + limits.maxRequestsPerTarget()
                                    + " requests under way to one target is reached, three quarters of all"));
            return Optional.empty();
        }
        slots.requests++;
        SlotAllocation allocation =
                slots.waiting.isEmpty() ? take(slots, request) : new SlotAllocation(Optional.empty(), Shortage.TARGET);
        if (allocation.slot().isPresent()) {
            return Optional.of(SlotGrant.of(allocation.slot().get(), false));
        }
        if (allocation.shortage() == Shortage.ALL || !limits.waiting().tryAcquire(1)) {
            slots.requests--;
            removeIfEmpty(request.endpoint(), slots);
            waiter.promise().fail(refusal(allocation.shortage()));
        } else {
            slots.waiting.add(waiter);
        }
        return Optional.empty();
    }

    private ProxyFailure refusal(Shortage shortage) {
        return shortage == Shortage.ALL
                ? limits.targetConnections().refusal()
                : limits.waiting().refusal();
    }

    private static ProxyFailure waitTimeout() {
        return new ProxyFailure(ErrorName.TIMEOUT, "no connection to the target became free in time");
    }

    private void cancelWaiting(TargetSlots.Waiter waiter, ProxyFailure why) {
        Endpoint endpoint = waiter.request().endpoint();
        synchronized (this) {
            TargetSlots slots = targets.get(TargetKey.of(endpoint));
            if (slots == null || !slots.waiting.remove(waiter)) {
                return;
            }
            limits.waiting().release(1);
            slots.requests--;
            removeIfEmpty(endpoint, slots);
        }
        waiter.promise().fail(why);
    }

    private SlotAllocation take(TargetSlots slots, SlotRequest request) {
        Optional<ConnectionSlot> reusable = slots.reusable(request);
        if (reusable.isPresent()) {
            reusable.get().grant();
            return new SlotAllocation(reusable, Shortage.TARGET);
        }
        Optional<ConnectionSlot> evictable = Optional.empty();
        if (slots.connections.size() >= maxPerTarget) {
            evictable = leastRecentlyUsed(slots.connections.stream());
            if (evictable.isEmpty()) {
                return new SlotAllocation(Optional.empty(), Shortage.TARGET);
            }
        } else if (!limits.targetConnections().tryAcquire(1)) {
            evictable = leastRecentlyUsed(targets.values().stream().flatMap(other -> other.connections.stream()));
            if (evictable.isEmpty()) {
                return new SlotAllocation(Optional.empty(), Shortage.ALL);
            }
        }
        ConnectionSlot created = new ConnectionSlot(
                request.endpoint(), keys.get(), evictable.map(this::evict).orElse(null));
        created.grant();
        slots.connections.add(created);
        return new SlotAllocation(Optional.of(created), Shortage.TARGET);
    }

    private static Optional<ConnectionUsage> use(ConnectionSlot slot) {
        return Optional.ofNullable(slot.use());
    }

    private static long lastCompletion(ConnectionSlot slot) {
        return use(slot).map(ConnectionUsage::lastCompletion).orElse(Long.MIN_VALUE);
    }

    private static Optional<ConnectionSlot> leastRecentlyUsed(Stream<ConnectionSlot> slots) {
        return slots.filter(ConnectionSlot::isIdle).min(Comparator.comparingLong(SlotAllocator::lastCompletion));
    }

    /** Forgets an idle connection that is to be closed; what is counted for it goes to its successor. */
    private Channel evict(ConnectionSlot idle) {
        TargetSlots slots = targets.get(TargetKey.of(idle.endpoint()));
        if (slots != null) {
            slots.connections.remove(idle);
            removeIfEmpty(idle.endpoint(), slots);
        }
        Channel channel = Objects.requireNonNull(idle.channel());
        use(idle).ifPresent(ConnectionUsage::markUnusable);
        idle.closed();
        return channel;
    }

    /** The exchange that a slot was granted for has got its connection. */
    void began(ConnectionSlot slot, ConnectionUsage use, Channel channel) {
        boolean first;
        synchronized (this) {
            first = !channel.equals(slot.channel());
            slot.began(use, channel);
        }
        if (first) {
            channel.closeFuture().addListener(closed -> closed(slot, channel));
        }
    }

    /** Whether the connection that a slot was granted with is there still. */
    synchronized boolean isConnected(ConnectionSlot slot) {
        return slot.isConnected();
    }

    private void closed(ConnectionSlot slot, Channel channel) {
        synchronized (this) {
            if (channel.equals(slot.channel())) {
                slot.closed();
            }
            removeIfVacant(slot);
        }
        serveNext(slot.endpoint());
    }

    /** The exchange that a slot was granted for can't begin. */
    void failed(ConnectionSlot slot) {
        synchronized (this) {
            slot.failed();
            removeIfVacant(slot);
        }
        ended(slot.endpoint());
    }

    private void removeIfVacant(ConnectionSlot slot) {
        TargetSlots slots = targets.get(TargetKey.of(slot.endpoint()));
        if (slot.isVacant() && slots != null && slots.connections.remove(slot)) {
            limits.targetConnections().release(1);
            removeIfEmpty(slot.endpoint(), slots);
        }
    }

    /** A request that had a slot is over. */
    void ended(Endpoint endpoint) {
        synchronized (this) {
            TargetSlots slots = targets.get(TargetKey.of(endpoint));
            if (slots != null) {
                slots.requests--;
                removeIfEmpty(endpoint, slots);
            }
        }
        serveNext(endpoint);
    }

    /** A connection may have become free. */
    void serveNext(Endpoint endpoint) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            TargetSlots slots = targets.get(TargetKey.of(endpoint));
            while (slots != null && !slots.waiting.isEmpty()) {
                TargetSlots.Waiter next = slots.waiting.iterator().next();
                SlotAllocation allocation = take(slots, next.request());
                if (allocation.slot().isEmpty() && allocation.shortage() == Shortage.TARGET) {
                    break;
                }
                slots.waiting.remove(next);
                limits.waiting().release(1);
                if (allocation.slot().isPresent()) {
                    SlotGrant grant = SlotGrant.of(allocation.slot().get(), true);
                    notifications.add(() -> next.promise().complete(grant.closeEvicted()));
                } else {
                    slots.requests--;
                    ProxyFailure refusal = limits.targetConnections().refusal();
                    notifications.add(() -> next.promise().fail(refusal));
                }
            }
        }
        notifications.forEach(Runnable::run);
    }

    private void removeIfEmpty(Endpoint endpoint, TargetSlots slots) {
        if (slots.isEmpty()) {
            targets.remove(TargetKey.of(endpoint), slots);
        }
    }
}
