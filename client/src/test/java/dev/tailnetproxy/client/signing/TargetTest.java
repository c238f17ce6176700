package dev.tailnetproxy.client.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "100.64.0.1:8080, 100.64.0.1, 8080, false",
        "device:443, device, 443, true",
        "[fd7a:115c:a1e0::1]:80, [fd7a:115c:a1e0::1], 80, false",
        "my_service.internal:65535, my_service.internal, 65535, false"
    })
    void parsesHostAndPort(String text, String host, int port, boolean https) {
        assertThat(Target.parse(text)).isEqualTo(new Target(host, port, https));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                ":80",
                "host:",
                "host:0",
                "host:65536",
                "host:80x",
                "a b:80",
                "a\r\nx: y:80",
                "fd7a::1:80"
            })
    void rejectsInvalidText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.parse(text))
                .withMessageContaining("target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "münchen", "a,b", "user@host", "host/path"})
    void rejectsInvalidHosts(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.of(host, 80));
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example/x, 80, false",
        "https://a.example/x, 443, true",
        "http://a.example:443/x, 443, false",
        "https://a.example:8443/x, 8443, true"
    })
    void readsPortAndTlsFromUri(String uri, int port, boolean https) {
        assertThat(Target.of(URI.create(uri))).isEqualTo(new Target("a.example", port, https));
    }

    @ParameterizedTest
    @CsvSource({
        "http://my_host:8080/x, my_host, 8080, false",
        "http://my_host, my_host, 80, false",
        "https://my_host/?a=1, my_host, 443, true",
        "HTTPS://_dmarc.a.example:8443, _dmarc.a.example, 8443, true",
        "http://-a.example/, -a.example, 80, false",
        "http://a-.example:1/, a-.example, 1, false",
        "http://a..example/, a..example, 80, false",
        "http://1.2.3/, 1.2.3, 80, false",
        "http://100.64.0.1:8080/, 100.64.0.1, 8080, false",
        "http://[fd7a:115c:a1e0::1]:81/, [fd7a:115c:a1e0::1], 81, false",
        "http://a.example:/x, a.example, 80, false",
        "http://my_host:/x, my_host, 80, false"
    })
    void acceptsHostsThatJavaUriRejects(String uri, String host, int port, boolean https) {
        assertThat(Target.of(URI.create(uri))).isEqualTo(new Target(host, port, https));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http:///x",
                "http:/x",
                "http:x",
                "x",
                "mailto:a@b",
                "ftp://a.example/",
                "ws://my_host/",
                "http://my_host:0/",
                "http://my_host:65536/",
                "http://my_host:999999/",
                "http://my_host:80:81/",
                "http://my_host:x/",
                "http://münchen/",
                "http://a,b/"
            })
    void explainsInvalidUri(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.of(URI.create(uri)))
                .withMessageContaining("target");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:topsecret@a.example/",
                "http://topsecret@my_host:8080/",
                "http://me:topsecret@my_host/",
                "https://me:topsecret@:443/"
            })
    void rejectsUserInfoWithoutQuotingIt(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.of(URI.create(uri)))
                .withMessageContaining("Authorization")
                .withMessageNotContaining("topsecret");
    }
}
