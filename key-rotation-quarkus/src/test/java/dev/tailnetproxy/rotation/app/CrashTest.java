package dev.tailnetproxy.rotation.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailnetproxy.rotation.support.Calls;
import dev.tailnetproxy.rotation.support.HeadscaleStandIn;
import dev.tailnetproxy.rotation.support.TailscaleStandIn;
import dev.tailnetproxy.testkit.TestClock;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rotation ends at any of its outgoing calls, or one gets no response, and Secrets Manager repeats the rotation. */
@QuarkusTest
class CrashTest {

    private static final int FEWEST_CALLS = 20;
    private static final Map<String, String> CLIENT = Map.of(
            "TS_ROTATION_KIND", "oauth-client",
            "TS_ROTATION_SCOPES", "auth_keys,oauth_keys",
            "TS_ROTATION_CREDENTIALS_SECRET", "");

    @ParameterizedTest
    @EnumSource
    void thirdRotationLeavesNothingOver(Calls.Fault fault) {
        boolean happened = true;
        int call = 0;
        while (happened) {
            call++;
            try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
                test.scenario.rotate();
                test.scenario.rotate();
                happened = faultyRotation(test, call, fault);
            }
        }
        assertThat(call).isGreaterThan(FEWEST_CALLS);
    }

    @ParameterizedTest
    @EnumSource
    void firstRotationLeavesNothingOver(Calls.Fault fault) {
        boolean happened = true;
        int call = 0;
        while (happened) {
            call++;
            try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
                happened = faultyRotation(test, call, fault);
            }
        }
        assertThat(call).isGreaterThan(FEWEST_CALLS);
    }

    @ParameterizedTest
    @EnumSource
    void rotationOfAnOauthClientLeavesNothingOver(Calls.Fault fault) {
        boolean happened = true;
        int call = 0;
        while (happened) {
            call++;
            try (TailscaleScenario test = new TailscaleScenario(CLIENT)) {
                test.scenario.secrets.create(
                        Scenario.SECRET, "{\"id\":\"k000CNTRL\",\"key\":\"" + TailscaleStandIn.CLIENT_SECRET + "\"}");
                test.scenario.rotate();
                test.scenario.rotate();
                happened = faultyRotation(test, call, fault);
            }
        }
        assertThat(call).isGreaterThan(FEWEST_CALLS);
    }

    private static boolean faultyRotation(TailscaleScenario test, int call, Calls.Fault fault) {
        String token = test.scenario.begin();
        String before = test.current();
        boolean wasKey = test.tailscale.isKey(before);
        test.calls.fail(call, fault);
        Throwable failure = catchThrowable(() -> test.scenario.run(token));
        boolean happened = test.calls.faultHappened();
        List<String> made = test.calls.made();
        test.calls.restart();

        assertThat(failure == null || happened).as("%s of %s", call, made).isTrue();
        // The old key stays valid, whoever still has it.
        assertThat(!wasKey || test.tailscale.isKey(before))
                .as("%s of %s", call, made)
                .isTrue();
        if (failure != null) {
            test.scenario.run(token);
        }
        test.assertNothingIsLeftOver();
        assertThat(test.current()).isNotEqualTo(before);
        return happened;
    }

    @ParameterizedTest
    @EnumSource
    void rotationThatIsGivenUpIsClearedByTheNext(Calls.Fault fault) {
        boolean happened = true;
        for (int call = 1; happened; call++) {
            try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
                test.scenario.rotate();
                String token = test.scenario.begin();
                test.calls.fail(call, fault);
                Throwable failure = catchThrowable(() -> test.scenario.run(token));
                happened = test.calls.faultHappened();
                assertThat(failure == null || happened).isTrue();
                test.calls.restart();
                test.assertCurrentKeyWorks();
                if (!test.scenario
                        .secrets
                        .versionWith(Scenario.SECRET, "AWSCURRENT")
                        .equals(Optional.of(token))) {
                    test.scenario.secrets.remove(Scenario.SECRET, token);
                }

                test.scenario.rotate();

                test.assertNothingIsLeftOver();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void headscaleIsLeftWithNothingOver(Calls.Fault fault) {
        boolean happened = true;
        for (int call = 1; happened; call++) {
            Calls calls = new Calls();
            TestClock clock = TestClock.stopped();
            try (HeadscaleStandIn headscale = new HeadscaleStandIn(calls, clock)) {
                Scenario scenario = HeadscaleTest.scenario(calls, clock, headscale);
                scenario.rotate();
                scenario.rotate();
                String token = scenario.begin();
                calls.fail(call, fault);
                Throwable failure = catchThrowable(() -> scenario.run(token));
                happened = calls.faultHappened();
                calls.restart();
                assertThat(headscale.validKeys()).contains(scenario.secrets.current(Scenario.SECRET));
                if (failure != null) {
                    scenario.run(token);
                }

                assertThat(headscale.validKeys())
                        .containsExactlyInAnyOrder(
                                scenario.secrets.current(Scenario.SECRET),
                                scenario.secrets.previous(Scenario.SECRET).orElseThrow());
            }
        }
    }
}
