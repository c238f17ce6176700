package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings.ExitNode;
import dev.tailnetproxy.proxy.server.Access;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings by environment variable: what they are without any, and the sentence for a wrong one. */
class SettingsTest {

    private static Settings with(Map<String, String> environment) {
        return Settings.of(TestConfig.of(environment));
    }

    @TempDir
    Path dir;

    @Test
    void hasDefaults() throws Exception {
        Settings settings = with(Map.of());

        assertThat(settings.upstream().socksPort()).isEqualTo(new Port(1055));
        assertThat(settings.upstream().socksHost()).isEqualTo("127.0.0.1");
        assertThat(settings.localApiSocket().orElseThrow()).hasToString("/tmp/tailscale/tailscaled.sock");
        assertThat(settings.policy().allowed()).isEmpty();
        assertThat(settings.metrics()).isEqualTo(Settings.Metrics.EMF);
        assertThat(settings.resolution().exitNode()).isEqualTo(new ExitNode(false, true));
        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mars, true, true, true",
        "mars, false, true, false",
        "mars, No, true, false",
        "mars, 1, true, true",
        "mars, '', true, true",
        "'', true, false, true",
        "' ', false, false, false"
    })
    void readsExitNode(String name, String required, boolean isConfigured, boolean isRequired) throws Exception {
        assertThat(with(Map.of("TS_EXIT_NODE", name, "TS_EXIT_NODE_REQUIRED", required))
                        .resolution()
                        .exitNode())
                .isEqualTo(new ExitNode(isConfigured, isRequired));
    }

    /** As deployment tools do for what they were not told. */
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void blankVariableIsUnset(String blank) throws Exception {
        Map<String, String> all = new HashMap<>();
        ProxyVariables.forOperators().forEach(variable -> all.put(variable.name(), blank));
        all.put(ProxyVariables.LAMBDA_RUNTIME_API.name(), blank);

        assertThat(with(all)).isEqualTo(with(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a certificate",
                "-----BEGIN CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "{\"json\": true}"
            })
    void rejectsEmptyBundle(String content) throws Exception {
        Path file = Files.writeString(dir.resolve("bundle.pem"), content);

        InvalidSettingsException e = assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(Map.of("TS_PROXY_CA_BUNDLE", file.toString())))
                .actual();

        assertThat(e.settings()).extracting(InvalidSetting::variable).containsExactly("TS_PROXY_CA_BUNDLE");
        assertThat(String.valueOf(e.getMessage())).contains("PEM");
    }

    @Test
    void localApiMayBeNone() throws Exception {
        assertThat(with(Map.of("TS_PROXY_LOCALAPI_SOCKET", "none")).localApiSocket())
                .isEmpty();
    }

    @Test
    void noPortMeansNoServer() throws Exception {
        assertThat(with(Map.of()).server()).isEqualTo(Optional.empty());
    }

    @Test
    void portEnablesServerAndManagement() throws Exception {
        assertThat(with(Map.of("TS_PROXY_HTTP_PORT", "8080")).server())
                .isEqualTo(Optional.of(new ServerSettings(
                        "0.0.0.0",
                        Optional.of(new Port(8080)),
                        "0.0.0.0",
                        Optional.of(new Port(9000)),
                        Duration.ofSeconds(75),
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(20),
                        768,
                        Access.open())));
    }

    @ParameterizedTest
    @CsvSource({
        "TS_PROXY_HTTP_PORT, 0, ''",
        "TS_PROXY_HTTP_PORT, http, ''",
        "TS_PROXY_HTTP_PORT, 8080, 169.254.100.1:9001",
        "TS_PROXY_METRICS, cloudwatch, ''",
        "TS_PROXY_CALLER_TARGETS, 123456789012=orders:443, ''",
        "TS_PROXY_MANAGEMENT_PORT, 65536, ''",
        "TS_PROXY_MANAGEMENT_PORT, 8080, ''",
        "TS_PROXY_HTTP_IDLE_TIMEOUT_MS, 0, ''",
        "TS_PROXY_HTTP_UPGRADE_IDLE_TIMEOUT_MS, 0, ''",
        "TS_PROXY_REQUEST_TIMEOUT_MS, 0, ''",
        "TS_PROXY_REQUEST_TIMEOUT_MS, 900001, ''",
        "TS_PROXY_DRAIN_TIMEOUT_MS, -1, ''",
        "TS_PROXY_HTTP_MAX_CONNECTIONS, 0, ''",
        "TS_PROXY_HTTP_TLS_CLIENT_CA, /no/such/file, ''",
        "TS_PROXY_HTTP_TOKEN_FILE, /no/such/file, ''"
    })
    void reportsInvalidServerSetting(String variable, String value, String runtimeApi) {
        Map<String, String> environment = new HashMap<>(Map.of("TS_PROXY_HTTP_PORT", "8080"));
        environment.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
        environment.put(variable, value);

        InvalidSettingsException e = assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(environment))
                .actual();

        assertThat(e.settings()).extracting(InvalidSetting::variable).containsExactly(variable);
    }

    @ParameterizedTest
    @CsvSource({
        "TS_PROXY_HTTP_TLS_CERTIFICATE, TS_PROXY_HTTP_TLS_KEY",
        "TS_PROXY_HTTP_TLS_KEY, TS_PROXY_HTTP_TLS_CERTIFICATE"
    })
    void certificateRequiresKey(String given, String missing) {
        InvalidSettingsException e = assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(Map.of("TS_PROXY_HTTP_PORT", "8080", given, "/some/file")))
                .actual();

        assertThat(e.settings()).extracting(InvalidSetting::variable).containsExactly(missing);
    }

    @Test
    void managementHostDefaultsToHttpHost() throws Exception {
        Map<String, String> environment =
                new HashMap<>(Map.of("TS_PROXY_HTTP_PORT", "8080", "TS_PROXY_HTTP_HOST", "10.0.0.1"));
        assertThat(with(environment).server().orElseThrow().managementHost()).isEqualTo("10.0.0.1");

        environment.put("TS_PROXY_MANAGEMENT_HOST", "127.0.0.1");
        ServerSettings settings = with(environment).server().orElseThrow();
        assertThat(settings.managementHost()).isEqualTo("127.0.0.1");
        assertThat(settings.host()).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "TS_SOCKS_PORT,abc",
        "TS_SOCKS_PORT,0",
        "TS_SOCKS_PORT,65536",
        "TS_SOCKS_PORT,-1",
        "TS_PROXY_ALLOWED_TARGETS,10.0.0.0/33",
        "TS_PROXY_DENIED_TARGETS,http://a",
        "TS_PROXY_TLS_INSECURE_TARGETS,*",
        "TS_PROXY_CALLER_TARGETS,orders:443",
        "TS_PROXY_CALLER_TARGETS,;",
        "TS_PROXY_CALLER_TARGETS,arn:aws:iam::123456789012:role/team/*=orders:443",
        "TS_PROXY_CALLER_TARGETS,123456789012=127.1",
        "TS_PROXY_UNDERSCORE_HEADERS,allow",
        "TS_PROXY_METRIC_SERVICES,:a",
        "TS_PROXY_METRIC_DIMENSIONS,_aws",
        "TS_PROXY_PEERS,none",
        "TS_PROXY_PEERS,LISTED",
        "TS_PROXY_FORWARDED_HEADERS,yes",
        "TS_PROXY_JOIN_WAIT_MS,1s",
        "TS_PROXY_SETTLE_MS,-1",
        "TS_PROXY_CONNECT_TIMEOUT_MS,0",
        "TS_PROXY_FIRST_BYTE_TIMEOUT_MS,x",
        "TS_PROXY_IDLE_TIMEOUT_MS,0",
        "TS_PROXY_MAX_CONNECTIONS,0",
        "TS_PROXY_MAX_DIALS,0",
        "TS_PROXY_MAX_TARGET_CONNECTIONS,0",
        "TS_PROXY_MAX_WAITING,many",
        "TS_PROXY_MAX_REQUESTS,100001",
        "TS_PROXY_MAX_BUFFERED_BYTES,8MB",
        "TS_EXIT_NODE_REQUIRED,maybe",
        "TS_PROXY_CA_BUNDLE,/no/such/file",
        "TS_PROXY_METRICS,statsd",
        "LEGACY_ERRORS,some",
    })
    void reportsInvalidSetting(String variable, String value) {
        InvalidSettingsException e = assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(Map.of(variable, value)))
                .actual();

        assertThat(e.settings()).extracting(InvalidSetting::variable).containsExactly(variable);
        assertThat(String.valueOf(e.getMessage())).startsWith("The environment variable " + variable + " ");
    }

    @Test
    void reportsAllMistakesAtOnce() {
        InvalidSettingsException e = assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(Map.of(
                        "TS_SOCKS_PORT", "abc",
                        "TS_PROXY_PEERS", "some",
                        "TS_PROXY_ALLOWED_TARGETS", "10.0.0.0/33",
                        "TS_PROXY_HTTP_PORT", "http",
                        "TS_PROXY_MANAGEMENT_PORT", "0",
                        "TS_PROXY_HTTP_TLS_KEY", "/no/such/file",
                        "TS_PROXY_HTTP_TOKEN_FILE", "/no/such/file",
                        "LEGACY_ERRORS", "maybe")))
                .actual();

        assertThat(e.settings())
                .extracting(InvalidSetting::variable)
                .containsExactlyInAnyOrder(
                        "TS_SOCKS_PORT",
                        "TS_PROXY_PEERS",
                        "TS_PROXY_ALLOWED_TARGETS",
                        "TS_PROXY_HTTP_PORT",
                        "TS_PROXY_MANAGEMENT_PORT",
                        "TS_PROXY_HTTP_TLS_CERTIFICATE",
                        "TS_PROXY_HTTP_TOKEN_FILE",
                        "LEGACY_ERRORS");
        assertThat(e.settings()).extracting(InvalidSetting::sentence).allSatisfy(sentence -> assertThat(e.getMessage())
                .contains(sentence));
    }

    /** A port that is no number is not also one that is taken. */
    @Test
    void reportsEachVariableOnce() {
        InvalidSettingsException e = assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(Map.of("TS_PROXY_HTTP_PORT", "9000", "TS_PROXY_MANAGEMENT_PORT", "none")))
                .actual();

        assertThat(e.settings())
                .containsExactly(new InvalidSetting(
                        "TS_PROXY_MANAGEMENT_PORT", "must be a whole number from 1 to 65535, but is \"none\""));
    }
}
