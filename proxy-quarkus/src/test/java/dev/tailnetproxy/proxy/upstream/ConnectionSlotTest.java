package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import dev.tailnetproxy.proxy.upstream.ConnectionSlot.State;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.net.ProxyOptions;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A slot from the dial to its end. */
class ConnectionSlotTest {

    /** What it leads to is of no account here. */
    @SuppressWarnings("NullAway")
    private static ConnectionSlot granted() {
        ConnectionSlot slot = new ConnectionSlot(null, new ProxyOptions(), null);
        slot.grant();
        return slot;
    }

    private static void connect(ConnectionSlot slot) {
        slot.began(new ConnectionUsage(Clock.systemUTC(), false, () -> 1, () -> {}), new EmbeddedChannel());
    }

    private static List<Step<State, ConnectionSlot>> steps() {
        return List.of(
                new Step<>("the connection is there", State.DIALING, State.OPEN, ConnectionSlotTest::connect),
                new Step<>("the dial fails", State.DIALING, State.VACANT, ConnectionSlot::failed),
                new Step<>("the connection ends", State.OPEN, State.VACANT, ConnectionSlot::closed),
                new Step<>("the connection ends before an exchange begins", State.OPEN, State.DIALING, slot -> {
                    slot.grant();
                    slot.closed();
                }));
    }

    static Stream<Step<State, ConnectionSlot>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, ConnectionSlot> step) throws Exception {
        new StateWalk<>(State.DIALING, steps()).walk(granted(), ConnectionSlot::state, step);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.DIALING, steps()).assertTableIsComplete();
    }

    @Test
    void slotStaysWhileAnotherExchangeWaitsForTheDial() {
        ConnectionSlot slot = granted();
        slot.grant();
        slot.failed();
        assertThat(slot.state()).isEqualTo(State.DIALING);
        slot.failed();
        assertThat(slot.isVacant()).isTrue();
    }

    @Test
    void exchangeThatNeverBeginsLeavesTheConnectionOpen() {
        ConnectionSlot slot = granted();
        connect(slot);
        slot.grant();
        assertThat(slot.isIdle()).isFalse();
        slot.failed();
        assertThat(slot.isOpen()).isTrue();
        assertThat(slot.isIdle()).isTrue();
    }

    @Test
    void anotherConnectionInTheSamePlaceLeavesItOpen() {
        ConnectionSlot slot = granted();
        connect(slot);
        slot.grant();
        connect(slot);
        assertThat(slot.state()).isEqualTo(State.OPEN);
    }
}
