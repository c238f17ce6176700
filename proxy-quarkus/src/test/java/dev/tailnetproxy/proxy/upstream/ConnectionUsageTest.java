package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import dev.tailnetproxy.proxy.upstream.ConnectionUsage.State;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether a connection is free for an exchange. */
class ConnectionUsageTest {

    private static final class Used {
        private final ConnectionUsage usage;
        private final List<Lease> leases = new ArrayList<>();

        Used(boolean shared) {
            usage = new ConnectionUsage(Clock.systemUTC(), shared, () -> 2, () -> {});
        }

        Used() {
            this(false);
        }

        /** None of these ends needs the request. */
        @SuppressWarnings("NullAway")
        void begin() {
            leases.add(new Lease(null, usage, false, 0, () -> {}));
        }

        Lease lease() {
            return leases.get(0);
        }

        State state() {
            return usage.state();
        }
    }

    private static List<Step<State, Used>> steps() {
        return List.of(
                new Step<>("an exchange begins", State.AVAILABLE, State.BUSY, Used::begin),
                new Step<>("the target ends it", State.AVAILABLE, State.UNUSABLE, used -> used.usage.markUnusable()),
                new Step<>("the response is whole", State.BUSY, State.AVAILABLE, used -> used.usage.responseReceived()),
                new Step<>("the exchange ends well", State.BUSY, State.AVAILABLE, used -> used.lease()
                        .release()),
                new Step<>("the exchange fails", State.BUSY, State.AVAILABLE, used -> used.lease()
                        .failed()),
                new Step<>("bytes belong to nobody", State.BUSY, State.UNUSABLE, used -> used.usage.markUnusable()));
    }

    static Stream<Step<State, Used>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, Used> step) throws Exception {
        new StateWalk<>(State.AVAILABLE, steps()).walk(new Used(), Used::state, step);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.AVAILABLE, steps()).assertTableIsComplete();
    }

    @Test
    void unusableConnectionIsNeverFreeAgain() {
        Used used = new Used();
        used.begin();
        used.usage.markUnusable();
        used.usage.responseReceived();
        used.lease().release();
        used.usage.markUnusable();
        assertThat(used.state()).isEqualTo(State.UNUSABLE);
        assertThat(used.usage.hasCapacity(0)).isFalse();
    }

    /** The next exchange begins when the response has arrived, perhaps before its reader has taken all of it. */
    @Test
    void lateEndOfAnEarlierExchangeDoesNotFreeTheConnection() {
        Used used = new Used();
        used.begin();
        used.usage.responseReceived();
        used.begin();
        used.lease().release();
        assertThat(used.state()).isEqualTo(State.BUSY);
    }

    @Test
    void sharedConnectionIsFreeUpToTheTargetsLimit() {
        Used used = new Used(true);
        used.begin();
        assertThat(used.state()).isEqualTo(State.AVAILABLE);
        assertThat(used.usage.hasCapacity(0)).isTrue();
        used.begin();
        assertThat(used.usage.hasCapacity(0)).isFalse();
    }
}
