package dev.tailnetproxy.proxy.limits;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much each holder has of something that is limited. Nobody has more than a part of it, so that others are still served
 * when one holder takes all it can get. Used by all threads.
 *
 * @param <H> what identifies a holder
 */
public final class Shares<H> {

    private final int max;
    private final Map<H, Integer> held = new ConcurrentHashMap<>();

    /** @param max how much one holder may have */
    public Shares(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("a share is not positive");
        }
        this.max = max;
    }

    /** What one holder may have of so many: three quarters, and of up to three all. */
    public static int of(long all) {
        return (int) (all - all / 4);
    }

    /** How much one holder may have. */
    public int max() {
        return max;
    }

    /** Takes one, if the holder may have one more. Whoever takes has to give back. */
    public boolean tryAcquire(H holder) {
        boolean[] taken = new boolean[1];
        held.compute(holder, (key, count) -> {
            int before = count == null ? 0 : count;
            taken[0] = before < max;
            return taken[0] ? Integer.valueOf(before + 1) : count;
        });
        return taken[0];
    }

    public void release(H holder) {
        held.computeIfPresent(holder, (key, count) -> count == 1 ? null : count - 1);
    }

    /** How much the holder has. */
    public int held(H holder) {
        return held.getOrDefault(holder, 0);
    }
}
