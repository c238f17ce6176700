package dev.tailnetproxy.rotation.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.rotation.support.Calls;
import dev.tailnetproxy.rotation.support.HeadscaleStandIn;
import dev.tailnetproxy.testkit.TestClock;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HeadscaleTest {

    private final Calls calls = new Calls();
    private final TestClock clock = TestClock.stopped();
    private final HeadscaleStandIn headscale = new HeadscaleStandIn(calls, clock);
    private final Scenario scenario = scenario(calls, clock, headscale);

    static Scenario scenario(Calls calls, TestClock clock, HeadscaleStandIn headscale) {
        Scenario scenario = new Scenario(
                calls,
                clock,
                headscale.uri(),
                Map.of("TS_ROTATION_CONTROL_SERVER", "headscale", "TS_ROTATION_HEADSCALE_USER", "7"));
        scenario.secrets.create(Scenario.CREDENTIALS, HeadscaleStandIn.API_KEY);
        scenario.secrets.create(Scenario.SECRET, "placeholder");
        return scenario;
    }

    @AfterEach
    void stop() {
        headscale.close();
    }

    @Test
    void oldKeyIsRevokedAfterTheOverlap() {
        scenario.rotate();
        String old = scenario.secrets.current(Scenario.SECRET);
        clock.pass(Duration.ofDays(1));
        scenario.rotate();
        String current = scenario.secrets.current(Scenario.SECRET);

        scenario.removeOldKeys();
        assertThat(headscale.validKeys()).containsExactlyInAnyOrder(old, current);

        clock.pass(Duration.ofHours(24));
        scenario.removeOldKeys();
        assertThat(headscale.validKeys()).containsExactly(current);
    }

    @Test
    void keysOfOtherUsersStay() {
        String foreign = headscale.foreignKey("8");
        String stray = headscale.foreignKey("7");

        scenario.run(scenario.begin());

        assertThat(headscale.validKeys()).contains(foreign).doesNotContain(stray);
    }

    @Test
    void testRefusesAnExpiredKey() {
        scenario.rotate();
        clock.pass(Duration.ofDays(90));
        String token = "test-only-0123456789abcdef0123456789abcdef";
        scenario.secrets.beginTestOnly(Scenario.SECRET, token);

        assertThatThrownBy(() -> scenario.step("testSecret", token)).hasMessageContaining("expired");
    }
}
