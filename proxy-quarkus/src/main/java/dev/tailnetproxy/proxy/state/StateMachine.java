package dev.tailnetproxy.proxy.state;

import org.jboss.logging.Logger;

/**
 * The state of one object. Only a transition that the table lists is taken. Another one is a bug: it is logged, and the
 * state stays, so that a connection in its last state never returns to use. Where Java's assertions are enabled, as in
 * tests, it is an {@link AssertionError} besides. Not synchronised: its owner does that.
 *
 * @param <S> the states
 */
public final class StateMachine<S extends Enum<S> & State<S>> {

    private static final Logger LOG = Logger.getLogger(StateMachine.class);

    private final boolean strict;
    private S state;

    /** A machine in its first state. */
    public StateMachine(S first) {
        this(first, StateMachine.class.desiredAssertionStatus());
    }

    StateMachine(S first, boolean strict) {
        this.state = first;
        this.strict = strict;
    }

    /** The state now. */
    public S state() {
        return state;
    }

    /** Whether this is the state now. */
    public boolean is(S other) {
        return state == other;
    }

    /**
     * Takes a transition that has to be listed.
     *
     * @return whether it is
     */
    public boolean enter(S next) {
        boolean listed = enterIfListed(next);
        if (!listed) {
            String message = "BUG: " + state.getDeclaringClass().getName() + " changes from " + state + " to " + next
                    + ", which is not listed";
            LOG.error(message);
            if (strict) {
                throw new AssertionError(message);
            }
        }
        return listed;
    }

    /**
     * Takes a transition where it is listed. For events that may come late, when another one has changed the state.
     *
     * @return whether it is listed
     */
    public boolean enterIfListed(S next) {
        boolean listed = state.mayBecome(next);
        if (listed) {
            state = next;
        }
        return listed;
    }
}
