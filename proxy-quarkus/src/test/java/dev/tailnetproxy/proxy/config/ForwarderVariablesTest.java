package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.Gateway;
import dev.tailnetproxy.proxy.forwarder.ResponseDetail;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The variables of forwarder mode: defaults, and every mistake at start. */
class ForwarderVariablesTest {

    private static final Map.Entry<String, String> TARGET = Map.entry("TS_FORWARDER_TARGET", "https://hooks/base");
    private static final Map.Entry<String, String> SOURCES =
            Map.entry("TS_FORWARDER_ALLOWED_SOURCES", "203.0.113.0/24,2001:db8::/32");
    private static final Map.Entry<String, String> FUNCTION_URL = Map.entry("TS_FORWARDER_GATEWAY", "function-url");

    private static Settings with(Map<String, String> environment) {
        return Settings.of(TestConfig.of(environment));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static Map<String, String> variables(Map.Entry<String, String>... entries) {
        return Map.ofEntries(entries);
    }

    @Test
    void modeIsOffWithoutTarget() {
        assertThat(with(Map.of()).forwarder()).isEmpty();
    }

    @Test
    void hasDefaults() {
        ForwarderSettings settings = with(variables(TARGET)).forwarder().orElseThrow();

        assertThat(settings.gateway()).isEqualTo(Gateway.HTTP_API);
        assertThat(settings.response()).isEqualTo(ResponseDetail.STATUS);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(28));
        assertThat(settings.rules().sources().isLimited()).isFalse();
        assertThat(settings.rules().methods().names()).isEqualTo(List.of("POST"));
        assertThat(settings.rules().maxBodyBytes()).isEqualTo(6 * 1024 * 1024);
    }

    @ParameterizedTest
    @CsvSource({
        "status, STATUS",
        "status-and-headers, STATUS_AND_HEADERS",
        "full, FULL",
        "accepted, ACCEPTED",
    })
    void readsResponseDetail(String value, ResponseDetail detail) {
        assertThat(with(variables(TARGET, Map.entry("TS_FORWARDER_RESPONSE", value)))
                        .forwarder()
                        .orElseThrow()
                        .response())
                .isEqualTo(detail);
    }

    @Test
    void warnsAboutUnverifiedSenders() {
        assertThat(with(variables(TARGET)).warnings())
                .isEqualTo(List.of("TS_FORWARDER_TARGET is set without a signature check and without"
                        + " TS_FORWARDER_ALLOWED_SOURCES: every sender that the HTTP API lets through reaches the"
                        + " target."));
        assertThat(with(variables(TARGET, SOURCES)).warnings()).isEmpty();
    }

    @Test
    void functionUrlNeedsSources() {
        Settings settings =
                with(variables(TARGET, FUNCTION_URL, SOURCES, Map.entry("TS_FORWARDER_TIMEOUT_MS", "60000")));

        assertThat(settings.forwarder().orElseThrow().gateway()).isEqualTo(Gateway.FUNCTION_URL);
        assertThat(settings.forwarder().orElseThrow().timeout()).isEqualTo(Duration.ofMinutes(1));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("TS_FORWARDER_GATEWAY", variables(TARGET, FUNCTION_URL)),
                Arguments.of("TS_FORWARDER_GATEWAY", variables(TARGET, Map.entry("TS_FORWARDER_GATEWAY", "alb"))),
                Arguments.of("TS_FORWARDER_TARGET", Map.of("TS_FORWARDER_TARGET", "hooks:443")),
                Arguments.of("TS_FORWARDER_TARGET", Map.of("TS_FORWARDER_TARGET", "https://u:p@hooks/")),
                Arguments.of(
                        "TS_FORWARDER_ALLOWED_SOURCES", variables(TARGET, entry("ALLOWED_SOURCES", "10.0.0.0/99"))),
                Arguments.of("TS_FORWARDER_ALLOWED_METHODS", variables(TARGET, entry("ALLOWED_METHODS", "post"))),
                Arguments.of("TS_FORWARDER_ALLOWED_PATHS", variables(TARGET, entry("ALLOWED_PATHS", "github"))),
                Arguments.of(
                        "TS_FORWARDER_ALLOWED_CONTENT_TYPES",
                        variables(TARGET, entry("ALLOWED_CONTENT_TYPES", "json"))),
                Arguments.of("TS_FORWARDER_MAX_BODY_BYTES", variables(TARGET, entry("MAX_BODY_BYTES", "6291457"))),
                Arguments.of("TS_FORWARDER_TIMEOUT_MS", variables(TARGET, entry("TIMEOUT_MS", "29001"))),
                Arguments.of("TS_FORWARDER_TIMEOUT_MS", variables(TARGET, entry("TIMEOUT_MS", "0"))),
                Arguments.of("TS_FORWARDER_RESPONSE", variables(TARGET, entry("RESPONSE", "none"))),
                Arguments.of("TS_FORWARDER_RESPONSE", variables(entry("RESPONSE", "full"))),
                Arguments.of("TS_FORWARDER_ALLOWED_SOURCES", variables(SOURCES)),
                Arguments.of("TS_PROXY_HTTP_PORT", variables(TARGET, Map.entry("TS_PROXY_HTTP_PORT", "8080"))),
                Arguments.of(
                        "TS_PROXY_FORWARDED_HEADERS",
                        variables(TARGET, Map.entry("TS_PROXY_FORWARDED_HEADERS", "pass"))),
                Arguments.of("LEGACY_ERRORS", variables(TARGET, Map.entry("LEGACY_ERRORS", "true"))),
                Arguments.of(
                        "TS_PROXY_CALLER_TARGETS",
                        variables(TARGET, Map.entry("TS_PROXY_CALLER_TARGETS", "123456789012=orders"))));
    }

    private static Map.Entry<String, String> entry(String name, String value) {
        return Map.entry("TS_FORWARDER_" + name, value);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeStopsStart(String variable, Map<String, String> environment) {
        assertThat(rejected(environment)).isEqualTo(List.of(variable));
    }

    @Test
    void reportsAllMistakesAtOnce() {
        assertThat(rejected(variables(
                        Map.entry("TS_FORWARDER_TARGET", "hooks"),
                        FUNCTION_URL,
                        entry("ALLOWED_METHODS", "post"),
                        entry("ALLOWED_PATHS", "x"),
                        entry("TIMEOUT_MS", "-1"))))
                .containsExactlyInAnyOrder(
                        "TS_FORWARDER_TARGET",
                        "TS_FORWARDER_GATEWAY",
                        "TS_FORWARDER_ALLOWED_METHODS",
                        "TS_FORWARDER_ALLOWED_PATHS",
                        "TS_FORWARDER_TIMEOUT_MS");
    }

    private static List<String> rejected(Map<String, String> environment) {
        return assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(environment))
                .actual()
                .settings()
                .stream()
                .map(InvalidSetting::variable)
                .toList();
    }
}
