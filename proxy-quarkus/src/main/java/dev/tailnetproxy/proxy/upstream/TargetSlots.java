package dev.tailnetproxy.proxy.upstream;

import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one target has. Guarded by the {@link SlotAllocator}. */
final class TargetSlots {

    /** A request that waits for a connection to become free. */
    record Waiter(SlotRequest request, Promise<SlotGrant> promise) {}

    final List<ConnectionSlot> connections = new ArrayList<>();
    final Set<Waiter> waiting = new LinkedHashSet<>();
    long requests;

    boolean isEmpty() {
        return connections.isEmpty() && requests == 0;
    }

    /**
     * A connection that is free and good enough. One on the request's own event loop, as each piece on another one wakes two
     * threads, and of these the one that was used last. It is looked for without objects: there may be hundreds, and all
     * requests wait meanwhile.
     */
    Optional<ConnectionSlot> reusable(SlotRequest request) {
        ConnectionSlot best = null;
        boolean bestIsNear = false;
        long bestCompletion = Long.MIN_VALUE;
        for (ConnectionSlot slot : connections) {
            ConnectionUsage use = slot.use();
            if (use == null || !slot.hasCapacity()) {
                continue;
            }
            boolean near = slot.isOn(request.loop());
            boolean better = near == bestIsNear ? use.lastCompletion() > bestCompletion : near;
            if (better
                    && slot.endpoint().equals(request.endpoint())
                    && request.fresh().test(use)) {
                best = slot;
                bestIsNear = near;
                bestCompletion = use.lastCompletion();
            }
        }
        return Optional.ofNullable(best);
    }
}
