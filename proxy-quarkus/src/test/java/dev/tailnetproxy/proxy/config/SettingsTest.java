package dev.tailnetproxy.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings by environment variable: what they are without any, and the sentence for a wrong one. */
class SettingsTest {

    private static Settings with(Map<String, String> environment) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = SettingsTest.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        properties.keySet().removeIf(key -> !key.toString().startsWith("tailnet-proxy."));
        properties.putAll(environment);
        ProxyConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .addDefaultInterceptors()
                .withMapping(ProxyConfig.class)
                .build()
                .getConfigMapping(ProxyConfig.class);
        return Settings.of(config);
    }

    @Test
    void nothingNeedsToBeSet() throws IOException {
        Settings settings = with(Map.of());

        assertEquals(1055, settings.upstream().socksPort());
        assertEquals("127.0.0.1", settings.upstream().socksHost());
        assertEquals(
                "/tmp/tailscale/tailscaled.sock",
                settings.localApiSocket().orElseThrow().toString());
        assertTrue(settings.policy().allowed().isEmpty());
        assertEquals(Settings.Metrics.EMF, settings.metrics());
    }

    @Test
    void noLocalApi() throws IOException {
        assertTrue(with(Map.of("TS_PROXY_LOCALAPI_SOCKET", "none"))
                .localApiSocket()
                .isEmpty());
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
        "TS_PROXY_FORWARDED_HEADERS,yes",
        "TS_PROXY_JOIN_WAIT_MS,1s",
        "TS_PROXY_SETTLE_MS,-1",
        "TS_PROXY_CONNECT_TIMEOUT_MS,0",
        "TS_PROXY_FIRST_BYTE_TIMEOUT_MS,x",
        "TS_PROXY_IDLE_TIMEOUT_MS,0",
        "TS_PROXY_MAX_CONNECTIONS,0",
        "TS_EXIT_NODE_REQUIRED,1",
        "TS_PROXY_CA_BUNDLE,/no/such/file",
        "TS_PROXY_METRICS,statsd",
        "LEGACY_ERRORS,yes",
    })
    void aWrongValueIsNamed(String variable, String value) {
        InvalidSetting e = assertThrows(InvalidSetting.class, () -> with(Map.of(variable, value)));

        assertEquals(variable, e.variable());
        assertTrue(String.valueOf(e.getMessage()).startsWith("The environment variable " + variable + " "));
    }
}
