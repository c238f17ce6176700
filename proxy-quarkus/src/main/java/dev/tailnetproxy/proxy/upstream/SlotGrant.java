package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;
import java.util.Optional;

/**
 * A slot for an exchange.
 *
 * @param open whether a connection is there already
 * @param waited whether others had to end first, so that what was known of the target may have changed
 * @param dial the permit to make the connection, once it was waited for
 */
record SlotGrant(ConnectionSlot slot, boolean open, boolean waited, Optional<DialQueue.Permit> dial) {

    static SlotGrant of(ConnectionSlot slot, boolean waited) {
        return new SlotGrant(slot, slot.isOpen(), waited, Optional.empty());
    }

    SlotGrant with(DialQueue.Permit permit) {
        return new SlotGrant(slot, open, waited, Optional.of(permit));
    }

    /** Others may dial: this dial has ended, or does not begin. */
    void dialEnded() {
        dial.ifPresent(DialQueue.Permit::giveBack);
    }

    /** Closes what has to make room. Not under the pool's lock: at the end of a connection it serves others at once. */
    SlotGrant closeEvicted() {
        Channel evicted = slot.evicted();
        if (evicted != null && !open) {
            var unused = evicted.close();
        }
        return this;
    }
}
