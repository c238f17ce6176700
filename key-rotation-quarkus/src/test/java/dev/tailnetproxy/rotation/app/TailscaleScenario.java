package dev.tailnetproxy.rotation.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.rotation.support.Calls;
import dev.tailnetproxy.rotation.support.TailscaleStandIn;
import dev.tailnetproxy.testkit.TestClock;
import java.util.Map;

/** A scenario with Tailscale. */
final class TailscaleScenario implements AutoCloseable {

    final Calls calls = new Calls();
    final TestClock clock = TestClock.stopped();
    final TailscaleStandIn tailscale = new TailscaleStandIn(calls, clock);
    final Scenario scenario;

    TailscaleScenario(Map<String, String> variables) {
        scenario = new Scenario(calls, clock, tailscale.uri(), variables);
        scenario.secrets.create(Scenario.CREDENTIALS, TailscaleStandIn.CLIENT_SECRET);
        scenario.secrets.create(Scenario.SECRET, "placeholder");
    }

    String current() {
        return scenario.secrets.current(Scenario.SECRET);
    }

    /** Whatever happens, whoever reads the secret gets a key that works. */
    void assertCurrentKeyWorks() {
        assertThat(tailscale.isKey(current())).isTrue();
    }

    /** Exactly one current key, at most the one before it, and no other. */
    void assertNothingIsLeftOver() {
        assertCurrentKeyWorks();
        assertThat(tailscale.ids()).allSatisfy(id -> assertThat(
                        current() + scenario.secrets.previous(Scenario.SECRET).orElse(""))
                .contains("-" + id + "-"));
    }

    @Override
    public void close() {
        tailscale.close();
    }
}
