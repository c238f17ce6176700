package dev.tailnetproxy.client.rest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of the application's configuration. */
class FeatureSettingsTest {

    @ParameterizedTest
    @CsvSource({"http://proxy:9100, false", "http://10.0.0.1, ", "http://a.lambda-url.eu-central-1.on.aws, false"})
    void rejectsPlainHttpToOtherHost(String url, String allowed) {
        Config config = config(url, allowed);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TailscaleProxyFeature(config))
                .withMessageContaining("tailscale-proxy.allow-plain-http");
    }

    @ParameterizedTest
    @CsvSource({"http://proxy:9100, true", "http://localhost:9100, ", "https://a.lambda-url.eu-central-1.on.aws, "})
    void acceptsAllowedPlainHttp(String url, String allowed) {
        Config config = config(url, allowed);

        assertThatCode(() -> new TailscaleProxyFeature(config)).doesNotThrowAnyException();
    }

    private static Config config(String url, String allowed) {
        Map<String, String> settings =
                new HashMap<>(Map.of("tailscale-proxy.url", url, "tailscale-proxy.region", "eu-central-1"));
        if (allowed != null) {
            settings.put("tailscale-proxy.allow-plain-http", allowed);
        }
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }
}
