package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.time.Deadline;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives out permits to dial, and lets who gets none wait, so that thousands of requests at the same moment do not make
 * tailscaled begin thousands of connections.
 *
 * <p>A target that hangs must not keep the others from being dialled. It has at most three quarters of the permits, and
 * targets that wait take turns, within a target in the order of the requests. That does not suffice for several of them,
 * whose dials would keep all permits for as long as tailscaled dials, 5 s. So a permit returns after {@link
 * DialLimit#counted} even if its dial goes on: a dial that takes so long waits for a silent target, which costs tailscaled
 * next to nothing. What the limit spares tailscaled is the work of dials that begin together, and these count.
 *
 * <p>Who waits here has a slot of the {@link SlotAllocator} and is a request under way, whose limits bound the queue. A
 * connection that becomes free meanwhile goes to another request: the dial is about to begin, and its connection is kept
 * as well. An exchange on a connection that is there asks for no permit. If that connection ends in the moment of its use,
 * Vert.x dials without one.
 *
 * <p>Used by all threads. Nobody is told anything under the lock.
 */
final class DialQueue implements AutoCloseable {

    /** A request that waits, and where it is to be told. */
    private record Waiter(Context context, Promise<Permit> promise) {

        /** In a turn of its own: what it does with the permit may give it back at once, and so on through the queue. */
        void grant(Permit permit) {
            context.runOnContext(go -> promise.complete(permit));
        }

        void fail(ProxyFailure why) {
            context.runOnContext(go -> promise.fail(why));
        }
    }

    /** What a target has; it is forgotten when that is nothing. */
    private static final class Lane {
        private final TargetKey target;
        private final Set<Waiter> waiting = new LinkedHashSet<>();
        private int permits;

        Lane(TargetKey target) {
            this.target = target;
        }
    }

    /** A waiter whose turn has come. */
    private record Turn(Waiter waiter, Permit permit) {

        void begin() {
            permit.startTimer();
            waiter.grant(permit);
        }
    }

    /** For one dial. Whoever gets it gives it back when the dial has ended; more than once has no effect. */
    final class Permit {
        private final Lane lane;
        private boolean taken = true;
        private long timer;

        private Permit(Lane lane) {
            this.lane = lane;
        }

        private void startTimer() {
            timer = vertx.setTimer(limit.counted().toMillis(), id -> end());
        }

        void giveBack() {
            if (end()) {
                vertx.cancelTimer(timer);
            }
        }

        /** Whether it was still taken. */
        private boolean end() {
            Optional<Turn> next;
            synchronized (DialQueue.this) {
                if (!taken) {
                    return false;
                }
                taken = false;
                dials--;
                lane.permits--;
                next = nextTurn();
                forgetIfEmpty(lane);
            }
            next.ifPresent(Turn::begin);
            return true;
        }
    }

    private final Vertx vertx;
    private final DialLimit limit;
    private final Map<TargetKey, Lane> lanes = new HashMap<>();
    /** Those with waiters, the next one first. */
    private final Set<Lane> turns = new LinkedHashSet<>();

    private int dials;
    private boolean closed;

    DialQueue(Vertx vertx, DialLimit limit) {
        this.vertx = vertx;
        this.limit = limit;
    }

    /**
     * A permit to dial the target.
     *
     * @param deadline until when it may be waited for
     * @param cancelled ends the waiting
     * @return complete at once when there is a permit, else later on the caller's context. Fails with a {@link ProxyFailure}
     *     when the waiting ends without one
     */
    Future<Permit> acquire(TargetKey target, Deadline deadline, Future<Void> cancelled) {
        if (cancelled.isComplete()) {
            return Future.failedFuture(UpstreamClient.clientGone());
        }
        if (deadline.isOver()) {
            return Future.failedFuture(timeout());
        }
        Waiter waiter = new Waiter(vertx.getOrCreateContext(), Promise.promise());
        Optional<Permit> free;
        synchronized (this) {
            if (closed) {
                return Future.failedFuture(stopped());
            }
            free = takeOrWait(lanes.computeIfAbsent(target, Lane::new), waiter);
        }
        if (free.isPresent()) {
            free.get().startTimer();
            return Future.succeededFuture(free.get());
        }
        Future<Permit> later = waiter.promise().future();
        long timer = vertx.setTimer(deadline.timerMillis(), id -> leave(target, waiter, timeout()));
        later.onComplete(over -> vertx.cancelTimer(timer));
        cancelled.onComplete(gone -> leave(target, waiter, UpstreamClient.clientGone()));
        return later;
    }

    private Optional<Permit> takeOrWait(Lane lane, Waiter waiter) {
        if (lane.waiting.isEmpty() && hasPermitFor(lane)) {
            return Optional.of(take(lane));
        }
        lane.waiting.add(waiter);
        turns.add(lane);
        return Optional.empty();
    }

    private boolean hasPermitFor(Lane lane) {
        return dials < limit.most() && lane.permits < limit.perTarget();
    }

    private Permit take(Lane lane) {
        dials++;
        lane.permits++;
        return new Permit(lane);
    }

    /** For the permit that was just given back. At most one target has its share, so that the second lane will do. */
    private Optional<Turn> nextTurn() {
        return turns.stream().filter(this::hasPermitFor).findFirst().map(this::nextTurnOf);
    }

    private Turn nextTurnOf(Lane lane) {
        Iterator<Waiter> waiting = lane.waiting.iterator();
        Waiter first = waiting.next();
        waiting.remove();
        turns.remove(lane);
        if (!lane.waiting.isEmpty()) {
            turns.add(lane);
        }
        return new Turn(first, take(lane));
    }

    private void leave(TargetKey target, Waiter waiter, ProxyFailure why) {
        synchronized (this) {
            Lane lane = lanes.get(target);
            if (lane == null || !lane.waiting.remove(waiter)) {
                return;
            }
            if (lane.waiting.isEmpty()) {
                turns.remove(lane);
            }
            forgetIfEmpty(lane);
        }
        waiter.fail(why);
    }

    private void forgetIfEmpty(Lane lane) {
        if (lane.permits == 0 && lane.waiting.isEmpty()) {
            lanes.remove(lane.target);
        }
    }

    /** How many targets something is known of. */
    synchronized int targets() {
        return lanes.size();
    }

    /** How many dials count now. */
    synchronized int dials() {
        return dials;
    }

    private static ProxyFailure timeout() {
        return new ProxyFailure(
                ErrorName.TIMEOUT,
                "the proxy dials as often at once as it may, and did not come to this dial in time ("
                        + ProxyVariables.MAX_DIALS.name() + ")");
    }

    private static ProxyFailure stopped() {
        return new ProxyFailure(ErrorName.CONNECTION_RESET, "the proxy has stopped before the dial");
    }

    /** Nobody gets a permit any more; who waits is told so. */
    @Override
    public void close() {
        List<Waiter> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
            turns.forEach(lane -> {
                left.addAll(lane.waiting);
                lane.waiting.clear();
                forgetIfEmpty(lane);
            });
            turns.clear();
        }
        left.forEach(waiter -> waiter.fail(stopped()));
    }
}
