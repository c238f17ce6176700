package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;

/**
 * A slot for an exchange.
 *
 * @param open whether a connection is there already
 * @param waited whether others had to end first, so that what was known of the target may have changed
 */
record Grant(Slot slot, boolean open, boolean waited) {

    static Grant of(Slot slot, boolean waited) {
        return new Grant(slot, slot.isOpen(), waited);
    }

    /** Closes what has to make room. Not under the pool's lock: at the end of a connection it serves others at once. */
    Grant withRoom() {
        Channel displaced = slot.displaced();
        if (displaced != null && !open) {
            var unused = displaced.close();
        }
        return this;
    }
}
