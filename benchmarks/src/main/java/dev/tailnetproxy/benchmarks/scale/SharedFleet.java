package dev.tailnetproxy.benchmarks.scale;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Environments or pods that serve many requests at once, and whose number follows the load: it is looked at from time to
 * time, grows by a factor at most, and shrinks when the load has been lower for a while.
 */
final class SharedFleet implements Fleet {

    private final Settings settings;
    private final int stepsOfInterval;
    private final int stepsOfStart;
    private final Deque<Integer> peaks = new ArrayDeque<>();
    private final Deque<Starting> starting = new ArrayDeque<>();
    private int ready;
    private int startingNow;
    private int peak;

    SharedFleet(Settings settings) {
        this.settings = settings;
        this.stepsOfInterval = Math.max(1, (int) Math.round(settings.secondsOfInterval / settings.secondsOfRequest));
        this.stepsOfStart = Math.max(1, (int) Math.ceil(settings.secondsOfStart / settings.secondsOfRequest));
        this.ready = settings.least;
    }

    @Override
    public Change advance(int step, int requests) {
        if (step == 0) {
            // What ran before is not known: it is as many as the first load needs.
            ready = Math.max(settings.least, wanted(requests));
        }
        while (!starting.isEmpty() && starting.peek().readyAt <= step) {
            int started = starting.remove().count;
            ready += started;
            startingNow -= started;
        }
        peak = Math.max(peak, requests);
        int unserved = (int) Math.max(0, requests - Math.floor(ready * settings.capacity));
        if (step % stepsOfInterval != stepsOfInterval - 1) {
            return new Change(0, 0, unserved);
        }
        return scale(step, unserved);
    }

    private Change scale(int step, int unserved) {
        int now = ready + startingNow;
        int wanted = wanted(peak);
        peaks.add(wanted);
        if (peaks.size() > settings.intervalsUntilShrinking) {
            peaks.remove();
        }
        peak = 0;
        if (wanted > now) {
            int most = (int) Math.max(now + settings.growthAlways, Math.floor(now * settings.growthFactor));
            int starts = Math.min(wanted, most) - now;
            starting.add(new Starting(step + stepsOfStart, starts));
            startingNow += starts;
            return new Change(starts, 0, unserved);
        }
        int needed = peaks.stream().mapToInt(Integer::intValue).max().orElse(wanted);
        int ends = Math.max(0, Math.min(ready, now - needed));
        ready -= ends;
        return new Change(0, ends, unserved);
    }

    private int wanted(int requests) {
        return Math.max(settings.least, (int) Math.ceil(requests / (settings.capacity * settings.utilization)));
    }

    @Override
    public int nodes() {
        return ready + startingNow;
    }

    private record Starting(int readyAt, int count) {}

    /**
     * How they are scaled.
     *
     * @param secondsOfRequest how long a request takes
     * @param capacity requests at once in each
     * @param utilization the share of the capacity that is aimed at
     * @param least the least number
     * @param secondsOfInterval how often the load is looked at
     * @param secondsOfStart how long a new one takes until it serves
     * @param growthFactor by which they grow at most at a time
     * @param growthAlways by how many they may grow in any case
     * @param intervalsUntilShrinking how long the load has to be lower
     */
    record Settings(
            double secondsOfRequest,
            double capacity,
            double utilization,
            int least,
            double secondsOfInterval,
            double secondsOfStart,
            double growthFactor,
            int growthAlways,
            int intervalsUntilShrinking) {}
}
