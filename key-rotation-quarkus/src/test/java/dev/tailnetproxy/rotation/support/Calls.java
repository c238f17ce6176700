package dev.tailnetproxy.rotation.support;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** All outgoing calls of a function, in order, one of which may go wrong. */
public final class Calls {

    /** How a call goes wrong. */
    public enum Fault {
        /** The function ends before the call has its effect; nothing that it does afterwards has one. */
        CRASH_BEFORE(false, true),
        /** The function ends after the call's effect. */
        CRASH_AFTER(true, true),
        /** The call fails without an effect, and the function goes on. */
        REQUEST_LOST(false, false),
        /** The call has its effect and fails all the same. */
        RESPONSE_LOST(true, false);

        private final boolean hasEffect;
        private final boolean ends;

        Fault(boolean hasEffect, boolean ends) {
            this.hasEffect = hasEffect;
            this.ends = ends;
        }
    }

    /** The call gets no response. */
    public static final class NoResponse extends RuntimeException {
        NoResponse() {
            super("no response");
        }
    }

    private final List<String> made = new ArrayList<>();
    private Fault fault = Fault.CRASH_BEFORE;
    private int faultyCall;
    private boolean happened;
    private boolean down;

    /**
     * Lets a call go wrong.
     *
     * @param number counted from 1, from now on
     */
    public synchronized void fail(int number, Fault how) {
        made.clear();
        happened = false;
        faultyCall = number;
        fault = how;
    }

    /** A new execution environment, in which all calls work. */
    public synchronized void restart() {
        faultyCall = 0;
        down = false;
    }

    /** Whether the call that was to go wrong was made. */
    public synchronized boolean faultHappened() {
        return happened;
    }

    /** The calls since the last {@link #fail}. */
    public synchronized List<String> made() {
        return List.copyOf(made);
    }

    /** Makes a call. */
    public synchronized <T> T make(String name, Supplier<T> effect) {
        if (down) {
            throw new NoResponse();
        }
        made.add(name);
        if (made.size() != faultyCall) {
            return effect.get();
        }
        happened = true;
        down = fault.ends;
        if (fault.hasEffect) {
            try {
                T unused = effect.get();
            } catch (RuntimeException refused) {
                // The refusal is lost as well.
            }
        }
        throw new NoResponse();
    }
}
