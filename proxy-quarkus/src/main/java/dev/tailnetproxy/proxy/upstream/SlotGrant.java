package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;

/**
 * A slot for an exchange.
 *
 * @param open whether a connection is there already
 * @param waited whether others had to end first, so that what was known of the target may have changed
 */
record SlotGrant(ConnectionSlot slot, boolean open, boolean waited) {

    static SlotGrant of(ConnectionSlot slot, boolean waited) {
        return new SlotGrant(slot, slot.isOpen(), waited);
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
