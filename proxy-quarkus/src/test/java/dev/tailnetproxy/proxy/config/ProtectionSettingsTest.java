package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.metrics.MetricLabelFilter;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.support.TestConfig;
import dev.tailnetproxy.proxy.upstream.DialLimit;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sets to protect the tailnet becomes what it says, and nothing else. */
class ProtectionSettingsTest {

    private static Settings with(Map<String, String> environment) {
        return Settings.of(TestConfig.of(environment));
    }

    @ParameterizedTest
    @CsvSource({"'', PASS", "pass, PASS", "drop, DROP", "refuse, REFUSE"})
    void namesWithAnUnderscoreAreTreatedAsAskedFor(String choice, UnderscoreHeaders treated) throws Exception {
        assertThat(with(Map.of("TS_PROXY_UNDERSCORE_HEADERS", choice)).underscoreHeaders())
                .isEqualTo(treated);
    }

    @ParameterizedTest
    @CsvSource({"'', false", "drop, false", "pass, true"})
    void whatTheFunctionUrlAddsIsPassedOnWhenAskedFor(String choice, boolean passed) throws Exception {
        assertThat(with(Map.of("TS_PROXY_FORWARDED_HEADERS", choice)).passForwarded())
                .isEqualTo(passed);
    }

    @Test
    void whatIsCountedByItselfIsAsListed() throws Exception {
        assertThat(with(Map.of(
                                "TS_PROXY_METRIC_SERVICES", "orders, billing",
                                "TS_PROXY_METRIC_DIMENSIONS", "site"))
                        .metricLabelFilter())
                .isEqualTo(new MetricLabelFilter(Set.of("orders", "billing"), Set.of("site")));
        assertThat(with(Map.of()).metricLabelFilter()).isEqualTo(new MetricLabelFilter(Set.of(), Set.of()));
    }

    @Test
    void whatIsDeniedIsNotWhatIsAllowed() throws Exception {
        TargetPolicy policy = with(Map.of("TS_PROXY_ALLOWED_TARGETS", "10.0.0.0/8", "TS_PROXY_DENIED_TARGETS", "db"))
                .policy();

        assertThat(policy.allowed()).isEqualTo(TargetRule.parseList("10.0.0.0/8"));
        assertThat(policy.denied().rules()).isEqualTo(TargetRule.parseList("db"));
        assertThat(with(Map.of()).policy().denied().rules()).isEmpty();
    }

    @Test
    void limitsAreThoseThatAreSet() throws Exception {
        Settings settings = with(Map.of(
                "TS_PROXY_MAX_REQUESTS", "2",
                "TS_PROXY_MAX_BUFFERED_BYTES", "3",
                "TS_PROXY_MAX_TARGET_CONNECTIONS", "4",
                "TS_PROXY_MAX_WAITING", "5",
                "TS_PROXY_MAX_CONNECTIONS", "6",
                "TS_PROXY_MAX_DIALS", "7"));

        assertThat(settings.limits()).isEqualTo(new LimitSettings(2, 3, 4, 5));
        assertThat(settings.upstream().maxConnections()).isEqualTo(6);
        assertThat(settings.upstream().dials()).isEqualTo(DialLimit.of(7));
    }
}
