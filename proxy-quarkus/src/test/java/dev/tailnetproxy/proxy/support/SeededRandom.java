package dev.tailnetproxy.proxy.support;

import java.util.Random;

/** Random numbers whose seed is printed, so that a failure can be repeated with {@code -Dseed=...}. */
public final class SeededRandom {

    private SeededRandom() {}

    public static Random random(Class<?> test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dseed=" + seed);
        return new Random(seed);
    }
}
