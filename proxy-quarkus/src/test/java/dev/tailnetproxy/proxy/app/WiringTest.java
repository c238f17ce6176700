package dev.tailnetproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.metrics.EmbeddedMetrics;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said at start. */
class WiringTest {

    @ParameterizedTest
    @CsvSource({"'', 0", "100.64.0.2, 1"})
    void unverifiedCertificatesAreLoggedAtStart(String targets, int warnings) throws Exception {
        try (CapturedLog log = CapturedLog.of(Wiring.class.getName())) {
            new Wiring().settings(TestConfig.of(Map.of("TS_PROXY_TLS_INSECURE_TARGETS", targets)));

            assertThat(log.warnings().size()).as(() -> "" + log.warnings()).isEqualTo(warnings);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "emf, true", "none, false"})
    void metricsSettingSelectsImplementation(String choice, boolean written) throws Exception {
        Wiring wiring = new Wiring();
        Settings settings = wiring.settings(TestConfig.of(Map.of("TS_PROXY_METRICS", choice)));

        assertThat(
                        (wiring.metrics(settings, wiring.cloudWatch(settings, Clock.systemUTC()), Clock.systemUTC())
                                instanceof EmbeddedMetrics))
                .isEqualTo(written);
    }

    @Test
    void cloudWatchWithoutRegionFailsStart() throws Exception {
        Wiring wiring = new Wiring();
        Settings settings = wiring.settings(TestConfig.of(Map.of("TS_PROXY_METRICS", "cloudwatch")));
        // Nothing of this machine may give a region: neither its files nor a metadata service that it asks.
        Map<String, String> nowhere = Map.of(
                "aws.configFile",
                "/dev/null",
                "aws.sharedCredentialsFile",
                "/dev/null",
                "aws.disableEc2Metadata",
                "true");
        System.getProperties().putAll(nowhere);
        try {
            InvalidSettingsException stopped = assertThatExceptionOfType(InvalidSettingsException.class)
                    .isThrownBy(() -> wiring.cloudWatch(settings, Clock.systemUTC()))
                    .actual();

            assertThat(String.valueOf(stopped.getMessage()).contains("TS_PROXY_METRICS"))
                    .as(stopped::getMessage)
                    .isTrue();
            assertThat(String.valueOf(stopped.getMessage()).contains("region"))
                    .as(stopped::getMessage)
                    .isTrue();
        } finally {
            nowhere.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void eachMistakeIsLoggedOnALine() {
        try (CapturedLog log = CapturedLog.of(Wiring.class.getName())) {
            assertThatExceptionOfType(InvalidSettingsException.class).isThrownBy(() -> new Wiring()
                    .settings(TestConfig.of(Map.of("TS_SOCKS_PORT", "0", "LEGACY_ERRORS", "maybe"))));

            assertThat(log.messages())
                    .containsExactlyInAnyOrder(
                            "The environment variable TS_SOCKS_PORT must be a whole number from 1 to 65535, but is \"0\".",
                            "The environment variable LEGACY_ERRORS must be true or false, but is \"maybe\".");
        }
    }
}
