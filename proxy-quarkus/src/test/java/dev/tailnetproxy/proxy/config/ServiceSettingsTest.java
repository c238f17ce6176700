package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code TS_PROXY_SERVICES} beside the other settings. */
class ServiceSettingsTest {

    private static final String SERVICES = "TS_PROXY_SERVICES";

    @TempDir
    private Path folder;

    private static Settings with(Map<String, String> environment) {
        return Settings.of(TestConfig.of(environment));
    }

    @Test
    void readsServices() {
        Settings settings = with(
                Map.of("TS_PROXY_HTTP_PORT", "8080", SERVICES, "20000=https://orders, 20001=http://100.64.0.2:8080"));

        assertThat(settings.services())
                .extracting(Object::toString)
                .isEqualTo(List.of("20000=https://orders:443", "20001=http://100.64.0.2:8080"));
        assertThat(with(Map.of("TS_PROXY_HTTP_PORT", "8080")).services()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "TS_PROXY_HTTP_PORT, 8081, 8081=http://a, the port of TS_PROXY_HTTP_PORT",
        "TS_PROXY_MANAGEMENT_PORT, 9001, 9001=http://a, the port of TS_PROXY_MANAGEMENT_PORT",
        "TS_SOCKS_PORT, 1056, 1056=http://a, the port of TS_SOCKS_PORT",
        "TS_PROXY_HTTP_PORT, 8080, 8081=ftp://a, is no URL of a server",
        "TS_PROXY_HTTP_PORT, '', 8081=http://a, has no effect without TS_PROXY_HTTP_PORT",
        "TS_FORWARDER_TARGET, https://hooks, 8081=ftp://a, is no URL of a server",
    })
    void mistakeStopsStart(String variable, String value, String services, String sentence) {
        Map<String, String> environment = new HashMap<>(Map.of("TS_PROXY_HTTP_PORT", "8080", SERVICES, services));
        environment.put(variable, value);

        assertThat(assertThatExceptionOfType(InvalidSettingsException.class)
                        .isThrownBy(() -> with(environment))
                        .actual()
                        .settings())
                .filteredOn(mistake -> mistake.variable().equals(SERVICES))
                .singleElement()
                .extracting(InvalidSetting::sentence)
                .asString()
                .contains(sentence);
    }

    @Test
    void functionHasNoServices() {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() ->
                        with(Map.of("AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001", SERVICES, "8081=http://orders")))
                .withMessageContaining("has no effect without TS_PROXY_HTTP_PORT");
    }

    /** The token of the HTTP port protects no service. */
    @Test
    void warnsThatServicesAreUnauthenticated() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "0123456789abcdef\n");

        assertThat(with(Map.of(
                                "TS_PROXY_HTTP_PORT",
                                "8080",
                                "TS_PROXY_HTTP_TOKEN_FILE",
                                tokens.toString(),
                                SERVICES,
                                "20000=http://orders"))
                        .warnings())
                .isEqualTo(List.of("TS_PROXY_SERVICES is set: its ports are unauthenticated, whatever the HTTP port"
                        + " asks for; restrict access to trusted clients."));
    }
}
