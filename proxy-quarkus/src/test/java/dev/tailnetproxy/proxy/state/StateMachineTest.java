package dev.tailnetproxy.proxy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a transition does that the table does not list. */
class StateMachineTest {

    private enum Door implements State<Door> {
        OPEN,
        CLOSED,
        LOCKED;

        @Override
        public boolean mayBecome(Door next) {
            return switch (this) {
                case OPEN -> next == CLOSED;
                case CLOSED -> next == OPEN || next == LOCKED;
                case LOCKED -> false;
            };
        }
    }

    @Test
    void listedTransitionIsTakenInSilence() {
        StateMachine<Door> machine = new StateMachine<>(Door.OPEN, false);
        try (CapturedLog log = CapturedLog.of(StateMachine.class.getName())) {
            assertThat(machine.enter(Door.CLOSED)).isTrue();
            assertThat(machine.state()).isEqualTo(Door.CLOSED);
            assertThat(log.messages()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void unlistedTransitionIsLoggedAndTheStateStays(Door next) {
        StateMachine<Door> machine = new StateMachine<>(Door.LOCKED, false);
        try (CapturedLog log = CapturedLog.of(StateMachine.class.getName())) {
            assertThat(machine.enter(next)).isFalse();
            assertThat(machine.is(Door.LOCKED)).isTrue();
            assertThat(log.warnings()).singleElement().asString().contains("from LOCKED to " + next);
        }
    }

    @Test
    void unlistedTransitionIsAnErrorWhereAssertionsAreEnabled() {
        StateMachine<Door> machine = new StateMachine<>(Door.LOCKED);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> machine.enter(Door.OPEN));
        assertThat(machine.state()).isEqualTo(Door.LOCKED);
    }

    @Test
    void lateEventHasNoEffectAndIsNoError() {
        StateMachine<Door> machine = new StateMachine<>(Door.LOCKED);
        try (CapturedLog log = CapturedLog.of(StateMachine.class.getName())) {
            assertThat(machine.enterIfListed(Door.OPEN)).isFalse();
            assertThat(machine.state()).isEqualTo(Door.LOCKED);
            assertThat(log.messages()).isEmpty();
        }
    }
}
