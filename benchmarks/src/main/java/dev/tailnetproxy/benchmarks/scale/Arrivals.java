package dev.tailnetproxy.benchmarks.scale;

import java.util.SplittableRandom;

/** Requests that arrive independently of each other: their number in a step has a Poisson distribution. */
final class Arrivals {

    /** Above this the normal distribution is as good and takes one random number. */
    private static final double MANY = 50;

    private final SplittableRandom random;

    Arrivals(long seed) {
        this.random = new SplittableRandom(seed);
    }

    int next(double mean) {
        if (mean > MANY) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
