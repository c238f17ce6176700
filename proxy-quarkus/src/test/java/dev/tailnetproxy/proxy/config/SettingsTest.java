package dev.tailnetproxy.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings.ExitNode;
import dev.tailnetproxy.proxy.server.Access;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings by environment variable: what they are without any, and the sentence for a wrong one. */
class SettingsTest {

    private static Settings with(Map<String, String> environment) throws IOException {
        return Settings.of(TestConfig.of(environment));
    }

    @TempDir
    Path dir;

    @Test
    void hasDefaults() throws IOException {
        Settings settings = with(Map.of());

        assertEquals(1055, settings.upstream().socksPort());
        assertEquals("127.0.0.1", settings.upstream().socksHost());
        assertEquals(
                "/tmp/tailscale/tailscaled.sock",
                settings.localApiSocket().orElseThrow().toString());
        assertTrue(settings.policy().allowed().isEmpty());
        assertEquals(Settings.Metrics.EMF, settings.metrics());
        assertEquals(new ExitNode(false, true), settings.resolution().exitNode());
        assertEquals(List.of(), settings.warnings());
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
    void readsExitNode(String name, String required, boolean isConfigured, boolean isRequired) throws IOException {
        assertEquals(
                new ExitNode(isConfigured, isRequired),
                with(Map.of("TS_EXIT_NODE", name, "TS_EXIT_NODE_REQUIRED", required))
                        .resolution()
                        .exitNode());
    }

    /** As deployment tools do for what they were not told. */
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void blankVariableIsUnset(String blank) throws IOException {
        Map<String, String> all = new HashMap<>();
        for (String variable : TestConfig.variables()) {
            all.put(variable, blank);
        }

        assertEquals(with(Map.of()), with(all));
    }

    @Test
    void warnsAboutUselessPatterns() throws IOException {
        Map<String, String> environment =
                Map.of("TS_PROXY_LOCALAPI_SOCKET", "none", "TS_PROXY_ALLOWED_TARGETS", "10.0.0.1,*.lab.test,a.test");

        assertEquals(
                List.of("TS_PROXY_ALLOWED_TARGETS holds *.lab.test, which allows nothing while TS_PROXY_LOCALAPI_SOCKET"
                        + " is none: the addresses of such names can't be checked, so that only names listed one by one"
                        + " are allowed."),
                with(environment).warnings());
        assertEquals(
                List.of(),
                with(Map.of("TS_PROXY_ALLOWED_TARGETS", "*.lab.test")).warnings());
    }

    @Test
    void warnsAboutEmptyPeerList() throws IOException {
        assertEquals(
                List.of(
                        "TS_PROXY_PEERS is listed and TS_PROXY_ALLOWED_TARGETS lists nothing: no target can be reached."),
                with(Map.of("TS_PROXY_PEERS", "listed")).warnings());
        assertEquals(
                List.of(),
                with(Map.of("TS_PROXY_PEERS", "listed", "TS_PROXY_ALLOWED_TARGETS", "orders:443"))
                        .warnings());
        assertEquals(
                TargetPolicy.Peers.LISTED,
                with(Map.of("TS_PROXY_PEERS", "listed")).policy().peers());
        assertEquals(TargetPolicy.Peers.ALL, with(Map.of()).policy().peers());
    }

    @Test
    void warnsAboutUnverifiedCertificates() throws IOException {
        assertEquals(
                List.of("TS_PROXY_TLS_INSECURE_TARGETS is set: the proxy does not verify the certificates of"
                        + " 100.64.0.2/32:443, *.lab.test; a server that impersonates one of them can read and change"
                        + " the traffic."),
                with(Map.of("TS_PROXY_TLS_INSECURE_TARGETS", "100.64.0.2:443, *.lab.test"))
                        .warnings());
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
    void rejectsEmptyBundle(String content) throws IOException {
        Path file = Files.writeString(dir.resolve("bundle.pem"), content);

        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> with(Map.of("TS_PROXY_CA_BUNDLE", file.toString())));

        assertEquals("TS_PROXY_CA_BUNDLE", e.variable());
        assertTrue(String.valueOf(e.getMessage()).contains("PEM"));
    }

    @Test
    void localApiMayBeNone() throws IOException {
        assertTrue(with(Map.of("TS_PROXY_LOCALAPI_SOCKET", "none"))
                .localApiSocket()
                .isEmpty());
    }

    @Test
    void noPortMeansNoServer() throws IOException {
        assertEquals(Optional.empty(), with(Map.of()).server());
    }

    @Test
    void portEnablesServerAndManagement() throws IOException {
        assertEquals(
                Optional.of(new ServerSettings(
                        "0.0.0.0",
                        8080,
                        "0.0.0.0",
                        9000,
                        Duration.ofSeconds(75),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(20),
                        768,
                        Access.open())),
                with(Map.of("TS_PROXY_HTTP_PORT", "8080")).server());
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

        InvalidSettingException e = assertThrows(InvalidSettingException.class, () -> with(environment));

        assertEquals(variable, e.variable());
    }

    @ParameterizedTest
    @CsvSource({
        "TS_PROXY_HTTP_TLS_CERTIFICATE, TS_PROXY_HTTP_TLS_KEY",
        "TS_PROXY_HTTP_TLS_KEY, TS_PROXY_HTTP_TLS_CERTIFICATE"
    })
    void certificateRequiresKey(String given, String missing) {
        InvalidSettingException e = assertThrows(
                InvalidSettingException.class, () -> with(Map.of("TS_PROXY_HTTP_PORT", "8080", given, "/some/file")));

        assertEquals(missing, e.variable());
    }

    @Test
    void warnsAboutOpenHttpPort() throws IOException {
        Path tokens = Files.writeString(dir.resolve("tokens"), "0123456789abcdef\n");

        assertEquals(
                List.of("Neither TS_PROXY_HTTP_TLS_CLIENT_CA nor TS_PROXY_HTTP_TOKEN_FILE is set: the HTTP port is"
                        + " unauthenticated; restrict access to trusted clients."),
                with(Map.of("TS_PROXY_HTTP_PORT", "8080")).warnings());
        assertEquals(
                List.of(),
                with(Map.of("TS_PROXY_HTTP_PORT", "8080", "TS_PROXY_HTTP_TOKEN_FILE", tokens.toString()))
                        .warnings());
    }

    @Test
    void managementHostDefaultsToHttpHost() throws IOException {
        Map<String, String> environment =
                new HashMap<>(Map.of("TS_PROXY_HTTP_PORT", "8080", "TS_PROXY_HTTP_HOST", "10.0.0.1"));
        assertEquals("10.0.0.1", with(environment).server().orElseThrow().managementHost());

        environment.put("TS_PROXY_MANAGEMENT_HOST", "127.0.0.1");
        ServerSettings settings = with(environment).server().orElseThrow();
        assertEquals("127.0.0.1", settings.managementHost());
        assertEquals("10.0.0.1", settings.host());
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
        InvalidSettingException e = assertThrows(InvalidSettingException.class, () -> with(Map.of(variable, value)));

        assertEquals(variable, e.variable());
        assertTrue(String.valueOf(e.getMessage()).startsWith("The environment variable " + variable + " "));
    }
}
