package dev.tailnetproxy.benchmarks.scale;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Execution environments that serve a request at a time. A request that finds none free starts one, until the account's
 * scaling rate or the reserved concurrency refuses it. The same few are used again and again, so that those behind them
 * become idle and end; others end because Lambda replaces every environment after some hours.
 */
final class LambdaFleet implements Fleet {

    private final Settings settings;
    private final Arrivals replacements;
    private final int stepsOfMinute;
    private final Deque<Integer> starting = new ArrayDeque<>();
    private final Deque<Integer> busiest = new ArrayDeque<>();
    private final Deque<Integer> silent = new ArrayDeque<>();
    private int startingNow;
    private int ready;
    private int silentNow;
    private int busiestNow;
    private double allowance;
    private double hardEnds;

    LambdaFleet(Settings settings, long seed) {
        this.settings = settings;
        this.replacements = new Arrivals(seed);
        this.stepsOfMinute = Math.max(1, (int) Math.round(60 / settings.secondsOfRequest));
        this.ready = settings.warm;
        this.allowance = settings.scalingAllowance;
        int stepsOfStart = Math.max(1, (int) Math.ceil(settings.secondsOfStart / settings.secondsOfRequest));
        for (int i = 0; i < stepsOfStart; i++) {
            starting.add(0);
        }
    }

    @Override
    public Change advance(int step, int requests) {
        if (step == 0) {
            // What ran before is not known: it is as many as the first load needs, with its usual deviation.
            ready = Math.max(ready, (int) Math.min(settings.reserved, requests + 3 * Math.sqrt(requests)));
        }
        int started = starting.remove();
        ready += started;
        startingNow -= started;
        int waiting = Math.max(0, requests - ready);
        allowance = Math.min(
                settings.scalingAllowance, allowance + settings.scalingAllowance / 10 * settings.secondsOfRequest);
        int starts = Math.min(waiting, Math.max(0, settings.reserved - ready - startingNow));
        starts = Math.min(starts, (int) allowance);
        allowance -= starts;
        startingNow += starts;
        busiestNow = Math.max(busiestNow, Math.min(requests, ready) + startingNow);
        int leaves = 0;
        int renewed = 0;
        if (step % stepsOfMinute == stepsOfMinute - 1) {
            leaves = endOfMinute();
            renewed = Math.max(0, settings.warm - ready - startingNow);
            startingNow += renewed;
        }
        starting.add(starts + renewed);
        return new Change(starts + renewed, leaves, waiting - starts);
    }

    private int endOfMinute() {
        busiest.add(busiestNow);
        busiestNow = 0;
        int ends = 0;
        if (busiest.size() > settings.minutesIdle) {
            busiest.remove();
            int used = Math.max(
                    settings.warm,
                    busiest.stream().mapToInt(Integer::intValue).max().orElse(0));
            ends = Math.max(0, ready - used);
        }
        ends += Math.min(ready - ends, replacements.next((ready - ends) / (settings.hoursOfLife * 60)));
        ready -= ends;
        hardEnds += ends * settings.shareOfHardEnds;
        int hard = (int) hardEnds;
        hardEnds -= hard;
        silent.add(hard);
        silentNow += hard;
        int removed = silent.size() > settings.minutesUntilRemoval ? silent.remove() : 0;
        silentNow -= removed;
        return ends - hard + removed;
    }

    @Override
    public int nodes() {
        return ready + startingNow + silentNow;
    }

    /**
     * How Lambda treats the environments.
     *
     * @param secondsOfRequest how long a request takes
     * @param secondsOfStart how long an environment takes until it can serve its first request, joining included
     * @param minutesIdle when an unused environment ends
     * @param hoursOfLife when a used one is replaced, on average
     * @param reserved the most environments
     * @param warm those that are always there
     * @param scalingAllowance the most that start within ten seconds
     * @param shareOfHardEnds of the environments, those that end without leaving the tailnet
     * @param minutesUntilRemoval when the control server removes such a node
     */
    record Settings(
            double secondsOfRequest,
            double secondsOfStart,
            int minutesIdle,
            double hoursOfLife,
            int reserved,
            int warm,
            double scalingAllowance,
            double shareOfHardEnds,
            int minutesUntilRemoval) {

        Settings withWarm(int environments) {
            return new Settings(
                    secondsOfRequest,
                    secondsOfStart,
                    minutesIdle,
                    hoursOfLife,
                    reserved,
                    environments,
                    scalingAllowance,
                    shareOfHardEnds,
                    minutesUntilRemoval);
        }

        Settings withReserved(int environments) {
            return new Settings(
                    secondsOfRequest,
                    secondsOfStart,
                    minutesIdle,
                    hoursOfLife,
                    environments,
                    warm,
                    scalingAllowance,
                    shareOfHardEnds,
                    minutesUntilRemoval);
        }
    }
}
