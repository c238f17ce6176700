package dev.tailnetproxy.client.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.TailscaleProxyClientBuilder;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionUrlTest {

    @ParameterizedTest
    @CsvSource({
        "https://abc123.lambda-url.eu-central-1.on.aws, eu-central-1",
        "https://abc123.lambda-url.us-gov-west-1.on.aws/, us-gov-west-1",
        "HTTPS://ABC123.LAMBDA-URL.eu-central-1.ON.AWS, eu-central-1"
    })
    void readsRegionFromHost(String url, String region) {
        assertThat(FunctionUrl.of(URI.create(url), Optional.of("us-west-2"), false)
                        .region())
                .isEqualTo(region);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:9100",
                "https://lambda-url.eu-central-1.on.aws",
                "https://proxy.example.com",
                "https://evil.example/abc.lambda-url.eu-central-1.on.aws"
            })
    void requiresRegionWithoutLambdaHost(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionUrl.of(URI.create(url), Optional.empty(), false))
                .withMessageContaining("region");
    }

    @Test
    void usesDefaultRegionWithoutLambdaHost() {
        assertThat(FunctionUrl.of(URI.create("http://localhost:9100"), Optional.of("us-west-2"), false)
                        .region())
                .isEqualTo("us-west-2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://abc123.lambda-url.eu-central-1.on.aws",
                "HTTP://a.example",
                "http://10.0.0.1:9100",
                "http://0.0.0.0:9100",
                "http://128.0.0.1",
                "http://127.0.0.1.a.example",
                "http://127.0.0.01",
                "http://2130706433",
                "http://localhost.a.example",
                "http://a.localhost",
                "http://localhost.",
                "http://localhost-a",
                "http://[::]:9100",
                "http://[::2]",
                "http://[fe80::1]",
                "http://[::ffff:10.0.0.1]",
                "http://[::1%25lo]",
                "http://[fd7a:115c:a1e0::1]"
            })
    void rejectsPlainHttpToOtherHost(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FunctionUrl(URI.create(url), "eu-central-1"))
                .withMessageContaining("https")
                .withMessageContaining("plain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionUrl.of(URI.create(url), Optional.of("eu-central-1"), false))
                .withMessageContaining("plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:9100",
                "http://LOCALHOST",
                "http://127.0.0.1:9100",
                "http://127.255.255.254",
                "http://[::1]:9100",
                "http://[0:0:0:0:0:0:0:1]/"
            })
    void acceptsPlainHttpToLoopback(String url) {
        assertThat(new FunctionUrl(URI.create(url), "eu-central-1").uri()).hasScheme("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.1:9100", "http://proxy:9100", "http://[fd7a:115c:a1e0::1]"})
    void acceptsAllowedPlainHttp(String url) {
        URI uri = URI.create(url);

        assertThat(new FunctionUrl(uri, "eu-central-1", true).uri()).isEqualTo(uri);
        assertThat(FunctionUrl.of(uri, Optional.of("eu-central-1"), true).uri()).isEqualTo(uri);
    }

    @Test
    void builderRequiresExplicitPlainHttp() {
        TailscaleProxyClientBuilder builder =
                TailscaleProxyClient.builder().url("http://proxy:9100").region("eu-central-1");

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("allowPlainHttp()");
        try (TailscaleProxyClient client = builder.allowPlainHttp().build()) {
            assertThat(client.request("/").build().uri()).hasToString("http://proxy:9100/");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a.example",
                "a.example",
                "https://user:secret@a.example",
                "https://a.example/path",
                "https://a.example?query",
                "https://a.example#fragment",
                "mailto:a@a.example",
                "https://my_function:9100",
                "https:///",
                "https://a..example",
                "http://127.0.0",
                "http://127.1",
                "http://127.0.0.256",
                "http://0x7f.0.0.1"
            })
    void rejectsUrlWithPathQueryOrUser(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FunctionUrl(URI.create(url), "eu-central-1"))
                .withMessageContaining("has to be of the form");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://me:topsecret@a.example", "https://topsecret@my_host:9100", "http://me:topsecret@[x"})
    void redactsPassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TailscaleProxyClient.builder()
                        .url(url)
                        .region("eu-central-1")
                        .build())
                .withMessageContaining("the proxy's URL")
                .withMessageNotContaining("topsecret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionUrl.of(URI.create(url.replace("[", "")), Optional.empty(), false))
                .withMessageContaining("region")
                .withMessageNotContaining("topsecret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eu central", "eu-central-1\r\nx: y", "EU"})
    void rejectsInvalidRegion(String region) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FunctionUrl(URI.create("https://a.example"), region))
                .withMessageContaining("region");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//two//slashes", "/a/../b", "/a%2Fb?x=1&x=2&y=%2B+z", "/?"})
    void keepsPathAndQuery(String path) {
        assertThat(new FunctionUrl(URI.create("https://a.example/"), "eu-central-1").at(path))
                .hasToString("https://a.example" + path);
    }

    @ParameterizedTest
    @CsvSource({
        "/ä/€?ü=ß, /%C3%A4/%E2%82%AC?%C3%BC=%C3%9F",
        "/\ud83d\ude00, /%F0%9F%98%80",
        "/a\u0308, /a%CC%88",
        "/\u00a0\u200b\u2028, /%C2%A0%E2%80%8B%E2%80%A8",
        "/%C3%A4ä, /%C3%A4%C3%A4"
    })
    void encodesNonAsciiOnly(String path, String encoded) {
        assertThat(new FunctionUrl(URI.create("https://a.example/"), "eu-central-1").at(path))
                .hasToString("https://a.example" + encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a#b", "/a?b#c", "/#", "/\ud83d", "/\ude00\ud83d"})
    void rejectsFragment(String path) {
        FunctionUrl url = new FunctionUrl(URI.create("https://a.example"), "eu-central-1");

        assertThatIllegalArgumentException().isThrownBy(() -> url.at(path)).withMessageContaining("path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ping", "https://other.example/", "@other.example/", "/a b", "/{a}", "/a\r\nx: y"})
    void rejectsInvalidPath(String path) {
        FunctionUrl url = new FunctionUrl(URI.create("https://a.example"), "eu-central-1");

        assertThatIllegalArgumentException().isThrownBy(() -> url.at(path)).withMessageContaining("path");
    }

    @Test
    void comparesWholeAuthority() {
        FunctionUrl url = new FunctionUrl(URI.create("https://a.example"), "eu-central-1");

        assertThat(url.isServerOf(URI.create("https://A.example/x"))).isTrue();
        assertThat(url.isServerOf(URI.create("https://a.example:8443/x"))).isFalse();
        assertThat(url.isServerOf(URI.create("http://a.example/x"))).isFalse();
    }
}
