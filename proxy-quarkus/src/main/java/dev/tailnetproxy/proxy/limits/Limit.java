package dev.tailnetproxy.proxy.limits;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How much there may be of something at the same time. Used by all threads. */
public final class Limit {

    private final String name;
    private final String unit;
    private final String variable;
    private final long max;
    private final AtomicLong used = new AtomicLong();
    private final LongAdder refusals = new LongAdder();

    /**
     * A limit of which nothing is used.
     *
     * @param name for metrics
     * @param unit is counted, to be read behind a number
     * @param variable the environment variable that sets it
     */
    Limit(String name, String unit, String variable, long max) {
        if (max < 1) {
            throw new IllegalArgumentException("the limit of " + unit + " is not positive");
        }
        this.name = name;
        this.unit = unit;
        this.variable = variable;
        this.max = max;
    }

    public String name() {
        return name;
    }

    public long max() {
        return max;
    }

    /** How much there is now. */
    public long used() {
        return used.get();
    }

    /** How many requests were refused because of it. */
    public long refusals() {
        return refusals.sum();
    }

    /** Takes so much, if there is as much left. Whoever takes has to give back. */
    public boolean tryAcquire(long amount) {
        long before = used.get();
        while (amount <= max - before) {
            if (used.compareAndSet(before, before + amount)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    public void release(long amount) {
        used.addAndGet(-amount);
    }

    /** What a request gets that does not fit. */
    public ProxyFailure refusal() {
        return refusal("the limit of " + max + " " + unit + " is reached");
    }

    /** Like {@link #refusal()}, where a part of the limit is all that may be used for one purpose. */
    public ProxyFailure refusal(String sentence) {
        refusals.increment();
        return new ProxyFailure(ErrorName.OVERLOADED, sentence + " (" + variable + ")");
    }
}
