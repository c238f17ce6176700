package dev.tailnetproxy.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.StreamEnd.State;
import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A body's stream ends once. */
class StreamEndTest {

    private final StreamEnd end = new StreamEnd();
    private final IOException first = new IOException("first");
    private final List<Throwable> told = new ArrayList<>();

    private static List<Step<State, StreamEnd>> steps() {
        return List.of(
                new Step<>("all has arrived", State.OPEN, State.COMPLETE, StreamEnd::complete),
                new Step<>("it breaks", State.OPEN, State.FAILED, end -> end.fail(new IOException("broken"))));
    }

    static Stream<Step<State, StreamEnd>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, StreamEnd> step) throws Exception {
        new StateWalk<>(State.OPEN, steps()).walk(end, StreamEnd::state, step);
        assertThat(end.isOver()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void secondEndHasNoEffect(Step<State, StreamEnd> step) throws Exception {
        step.event().happensTo(end);
        assertThat(end.complete()).isFalse();
        assertThat(end.fail(new IOException("second"))).isFalse();
        assertThat(end.state()).isEqualTo(step.to());
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.OPEN, steps()).assertTableIsComplete();
    }

    @Test
    void failureIsKeptForALaterHandlerAndToldOnce() {
        end.fail(first);
        end.fail(new IOException("second"));
        end.onFailure(told::add);
        assertThat(told).containsExactly(first);
    }

    @Test
    void handlerIsToldOfTheFirstFailureOnly() {
        end.onFailure(told::add);
        end.fail(first);
        end.fail(new IOException("second"));
        assertThat(told).containsExactly(first);
    }

    @Test
    void failureBehindTheWholeBodyIsNotTold() {
        end.onFailure(told::add);
        end.complete();
        end.fail(first);
        assertThat(told).isEmpty();
    }
}
