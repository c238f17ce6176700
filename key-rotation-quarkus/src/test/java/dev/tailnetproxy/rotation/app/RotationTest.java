package dev.tailnetproxy.rotation.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.rotation.support.TailscaleStandIn;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RotationTest {

    private static final String TEST_ONLY = "test-only-0123456789abcdef0123456789abcdef";

    @Test
    void keyIsMadeAsWanted() {
        try (TailscaleScenario test =
                new TailscaleScenario(Map.of("TS_ROTATION_TAGS", "tag:a, tag:b", "TS_ROTATION_REUSABLE", "false"))) {
            test.scenario.rotate();

            assertThat(test.tailscale.key(test.current()).path("capabilities").toString())
                    .contains("\"reusable\":false")
                    .contains("\"ephemeral\":true")
                    .contains("\"preauthorized\":true")
                    .contains("[\"tag:a\",\"tag:b\"]");
            assertThat(test.tailscale.key(test.current()).path("expirySeconds").longValue())
                    .isEqualTo(Duration.ofDays(90).toSeconds());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TailscaleStandIn.CLIENT_SECRET,
                "{\"id\":\"k000CNTRL\",\"key\":\"" + TailscaleStandIn.CLIENT_SECRET + "\"}",
                " {\"key\":\"" + TailscaleStandIn.CLIENT_SECRET + "\",\"note\":\"x\"}\n"
            })
    void bothFormsOfCredentialsLogIn(String credentials) {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.scenario.secrets.create(Scenario.CREDENTIALS, credentials);

            test.scenario.rotate();

            test.assertNothingIsLeftOver();
        }
    }

    @Test
    void otherFieldsOfAJsonSecretStay() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of("TS_SECRET_KEY_FIELD", "authkey"))) {
            test.scenario.secrets.create(Scenario.SECRET, "{\"team\":\"a\",\"authkey\":\"placeholder\"}");

            test.scenario.rotate();

            assertThat(test.current()).contains("\"team\":\"a\"").contains("\"authkey\":\"tskey-auth-");
            test.assertNothingIsLeftOver();
        }
    }

    @Test
    void oldKeyWorksUntilTheOverlapIsOver() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of("TS_ROTATION_OVERLAP_HOURS", "2"))) {
            test.scenario.rotate();
            String old = test.current();
            test.scenario.rotate();

            test.clock.pass(Duration.ofMinutes(119));
            test.scenario.removeOldKeys();
            assertThat(test.tailscale.isKey(old)).isTrue();

            test.clock.pass(Duration.ofMinutes(1));
            test.scenario.removeOldKeys();
            test.scenario.removeOldKeys();
            assertThat(test.tailscale.isKey(old)).isFalse();
            test.assertCurrentKeyWorks();
        }
    }

    @Test
    void pendingKeyIsNotRemovedWithOldOnes() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.scenario.rotate();
            test.clock.pass(Duration.ofDays(60));
            String token = test.scenario.begin();
            test.scenario.step("createSecret", token);

            test.scenario.removeOldKeys();

            test.scenario.run(token);
            test.assertNothingIsLeftOver();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "someone elses key", "tailnetproxy", "tailnetproxy0123456789abcdef0123456789abcdef"})
    void keysOfOthersStay(String description) {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            String foreign = test.tailscale.foreignKey(description);

            test.scenario.rotate();
            test.scenario.rotate();
            test.clock.pass(Duration.ofDays(2));
            test.scenario.removeOldKeys();

            assertThat(test.tailscale.isKey(foreign)).isTrue();
            assertThat(test.tailscale.ids()).hasSize(2);
        }
    }

    @Test
    void listWithNothingButIdsIsEnough() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.tailscale.listIdsOnly();

            test.scenario.rotate();
            test.scenario.rotate();
            test.scenario.rotate();

            assertThat(test.tailscale.ids()).hasSize(2);
            test.assertNothingIsLeftOver();
        }
    }

    @Test
    void testAloneNeedsNoStepBeforeIt() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.scenario.rotate();
            List<String> before = test.tailscale.ids();
            test.scenario.secrets.beginTestOnly(Scenario.SECRET, TEST_ONLY);

            test.scenario.step("testSecret", TEST_ONLY);

            assertThat(test.tailscale.ids()).isEqualTo(before);
        }
    }

    @Test
    void testRefusesAKeyThatIsGone() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.scenario.rotate();
            test.tailscale.deleteAll();
            test.scenario.secrets.beginTestOnly(Scenario.SECRET, TEST_ONLY);

            assertThatThrownBy(() -> test.scenario.step("testSecret", TEST_ONLY))
                    .hasMessageContaining("unknown");
        }
    }

    @Test
    void testRefusesAKeyWithOtherCapabilities() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.scenario.secrets.create(Scenario.SECRET, test.tailscale.foreignKey(""));
            test.scenario.secrets.beginTestOnly(Scenario.SECRET, TEST_ONLY);

            assertThatThrownBy(() -> test.scenario.step("testSecret", TEST_ONLY))
                    .hasMessageContaining("missing [ephemeral, preauthorized, reusable, tag:lambda]");
        }
    }

    @ParameterizedTest
    @CsvSource({"89, true", "90, false", "91, false"})
    void keyMustOutliveThePeriod(long periodDays, boolean enough) {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            test.scenario.secrets.period(periodDays);
            String token = test.scenario.begin();

            if (enough) {
                test.scenario.run(token);
            } else {
                assertThatThrownBy(() -> test.scenario.run(token)).hasMessageContaining("TS_ROTATION_KEY_DAYS");
                assertThat(test.tailscale.ids()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"createSecret", "setSecret", "testSecret", "finishSecret"})
    void stepOfAnUnknownVersionIsRefused(String step) {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            assertThatThrownBy(() -> test.scenario.step(step, "unknown")).hasMessageContaining("unknown");
            assertThat(test.tailscale.ids()).isEmpty();
        }
    }

    @Test
    void versionWithoutValueIsNotMadeCurrent() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            String token = test.scenario.begin();

            assertThatThrownBy(() -> test.scenario.step("finishSecret", token)).hasMessageContaining("no value");
            assertThat(test.current()).isEqualTo("placeholder");
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, secret, token",
                "'', secret, token",
                "createSecret, -, token",
                "createSecret, secret, -",
                "create_secret, secret, token",
                "CREATESECRET, secret, token"
            })
    void unusableEventIsRefused(String step, String secret, String token) {
        try (TailscaleScenario test = new TailscaleScenario(Map.of())) {
            assertThatThrownBy(() -> test.scenario.invoke(new RotationEvent(step, secret, token, null)))
                    .hasMessageStartingWith("The event has");
        }
    }

    @Test
    void oauthClientReplacesItself() {
        try (TailscaleScenario test = new TailscaleScenario(Map.of(
                "TS_ROTATION_KIND", "oauth-client",
                "TS_ROTATION_SCOPES", "auth_keys,oauth_keys",
                "TS_ROTATION_CREDENTIALS_SECRET", ""))) {
            test.scenario.secrets.create(
                    Scenario.SECRET, "{\"id\":\"k000CNTRL\",\"key\":\"" + TailscaleStandIn.CLIENT_SECRET + "\"}");

            test.scenario.rotate();
            test.scenario.rotate();
            test.clock.pass(Duration.ofDays(2));
            test.scenario.removeOldKeys();

            assertThat(test.tailscale.ids()).hasSize(1);
            assertThat(test.current())
                    .contains("\"id\":\"" + test.tailscale.ids().get(0) + "\"");
            test.assertNothingIsLeftOver();
        }
    }
}
