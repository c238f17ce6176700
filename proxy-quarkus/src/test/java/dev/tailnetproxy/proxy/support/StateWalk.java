package dev.tailnetproxy.proxy.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.state.State;
import dev.tailnetproxy.proxy.state.StateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the table of a state machine with the events of what it belongs to.
 *
 * @param <S> the states
 * @param <M> what has a state
 */
public final class StateWalk<S extends Enum<S> & State<S>, M> {

    private final S first;
    private final List<Step<S, M>> steps;

    /** An event. */
    @FunctionalInterface
    public interface Event<M> {
        void happensTo(M machine) throws Exception;
    }

    /** The state of what is tested. */
    @FunctionalInterface
    public interface Reader<S, M> {
        S state(M machine) throws Exception;
    }

    /** One event in one state. */
    public record Step<S, M>(String name, S from, S to, Event<M> event) {}

    public StateWalk(S first, List<Step<S, M>> steps) {
        this.first = first;
        this.steps = List.copyOf(steps);
    }

    /** Takes the steps to the state from which the last one starts, and that one; each has to lead where it says. */
    public void walk(M machine, Reader<S, M> reader, Step<S, M> last) throws Exception {
        List<Step<S, M>> path = new ArrayList<>(paths().get(last.from()));
        path.add(last);
        assertThat(reader.state(machine)).isEqualTo(first);
        for (Step<S, M> step : path) {
            step.event().happensTo(machine);
            assertThat(reader.state(machine)).as(step.name()).isEqualTo(step.to());
        }
    }

    /** Every state can be reached, every listed transition is a step's, and every other one is refused. */
    public void assertTableIsComplete() {
        assertThat(paths()).containsOnlyKeys(states());
        Set<List<S>> taken = new HashSet<>();
        steps.forEach(step -> taken.add(List.of(step.from(), step.to())));
        for (S from : states()) {
            for (S to : states()) {
                boolean listed = from.mayBecome(to);
                assertThat(taken.contains(List.of(from, to)))
                        .as("%s -> %s is a step's", from, to)
                        .isEqualTo(listed);
                if (!listed) {
                    assertRefused(from, to);
                }
            }
        }
    }

    private static <S extends Enum<S> & State<S>> void assertRefused(S from, S to) {
        StateMachine<S> machine = new StateMachine<>(from);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> machine.enter(to));
        assertThat(machine.enterIfListed(to)).isFalse();
        assertThat(machine.state()).isEqualTo(from);
    }

    private S[] states() {
        return first.getDeclaringClass().getEnumConstants();
    }

    /** The shortest way from the first state to each. */
    private Map<S, List<Step<S, M>>> paths() {
        Map<S, List<Step<S, M>>> paths = new EnumMap<>(first.getDeclaringClass());
        paths.put(first, List.of());
        Deque<S> next = new ArrayDeque<>(List.of(first));
        while (!next.isEmpty()) {
            S from = next.remove();
            for (Step<S, M> step : steps) {
                if (step.from() == from && !paths.containsKey(step.to())) {
                    List<Step<S, M>> path = new ArrayList<>(paths.get(from));
                    path.add(step);
                    paths.put(step.to(), path);
                    next.add(step.to());
                }
            }
        }
        return paths;
    }
}
