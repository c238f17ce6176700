package dev.tailnetproxy.proxy.state;

/**
 * A state of a {@link StateMachine}. An enum implements it, and its {@link #mayBecome} is the table of the transitions.
 *
 * @param <S> the enum
 */
public interface State<S extends Enum<S> & State<S>> {

    /** Whether the table lists the transition from this state to that one. */
    boolean mayBecome(S next);
}
