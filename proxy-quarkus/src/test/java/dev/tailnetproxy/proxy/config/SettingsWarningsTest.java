package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Valid settings that an operator should think about: one sentence for each at start. */
class SettingsWarningsTest {

    private static Settings with(Map<String, String> environment) {
        return Settings.of(TestConfig.of(environment));
    }

    @TempDir
    Path dir;

    @Test
    void warnsAboutUselessPatterns() throws Exception {
        Map<String, String> environment =
                Map.of("TS_PROXY_LOCALAPI_SOCKET", "none", "TS_PROXY_ALLOWED_TARGETS", "10.0.0.1,*.lab.test,a.test");

        assertThat(with(environment).warnings())
                .isEqualTo(List.of(
                        "TS_PROXY_ALLOWED_TARGETS holds *.lab.test, which allows nothing while TS_PROXY_LOCALAPI_SOCKET"
                                + " is none: the addresses of such names can't be checked, so that only names listed one by one"
                                + " are allowed."));
        assertThat(with(Map.of("TS_PROXY_ALLOWED_TARGETS", "*.lab.test")).warnings())
                .isEmpty();
    }

    @Test
    void warnsAboutEmptyPeerList() throws Exception {
        assertThat(with(Map.of("TS_PROXY_PEERS", "listed")).warnings())
                .isEqualTo(
                        List.of(
                                "TS_PROXY_PEERS is listed and TS_PROXY_ALLOWED_TARGETS lists nothing: no target can be reached."));
        assertThat(with(Map.of("TS_PROXY_PEERS", "listed", "TS_PROXY_ALLOWED_TARGETS", "orders:443"))
                        .warnings())
                .isEmpty();
        assertThat(with(Map.of("TS_PROXY_PEERS", "listed")).policy().peers()).isEqualTo(TargetPolicy.Peers.LISTED);
        assertThat(with(Map.of()).policy().peers()).isEqualTo(TargetPolicy.Peers.ALL);
    }

    @Test
    void warnsAboutUnverifiedCertificates() throws Exception {
        assertThat(with(Map.of("TS_PROXY_TLS_INSECURE_TARGETS", "100.64.0.2:443, *.lab.test"))
                        .warnings())
                .isEqualTo(List.of("TS_PROXY_TLS_INSECURE_TARGETS is set: the proxy does not verify the certificates of"
                        + " 100.64.0.2/32:443, *.lab.test; a server that impersonates one of them can read and change"
                        + " the traffic."));
    }

    @Test
    void warnsAboutOpenHttpPort() throws Exception {
        Path tokens = Files.writeString(dir.resolve("tokens"), "0123456789abcdef\n");

        assertThat(with(Map.of("TS_PROXY_HTTP_PORT", "8080")).warnings())
                .isEqualTo(List.of(
                        "Neither TS_PROXY_HTTP_TLS_CLIENT_CA nor TS_PROXY_HTTP_TOKEN_FILE is set: the HTTP port is"
                                + " unauthenticated; restrict access to trusted clients."));
        assertThat(with(Map.of("TS_PROXY_HTTP_PORT", "8080", "TS_PROXY_HTTP_TOKEN_FILE", tokens.toString()))
                        .warnings())
                .isEmpty();
    }
}
