package dev.tailnetproxy.client.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.client.TailscaleProxyClient;
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
    void readsTheRegionFromTheHostName(String url, String region) {
        assertThat(FunctionUrl.of(URI.create(url), Optional.of("us-west-2")).region())
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
    void asksForTheRegionWhereTheHostNameHasNone(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionUrl.of(URI.create(url), Optional.empty()))
                .withMessageContaining("region");
    }

    @Test
    void takesTheUsualRegionWhereTheHostNameHasNone() {
        assertThat(FunctionUrl.of(URI.create("http://localhost:9100"), Optional.of("us-west-2"))
                        .region())
                .isEqualTo("us-west-2");
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
                "https://a..example"
            })
    void refusesWhatIsNotTheUrlOfAServerAlone(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FunctionUrl(URI.create(url), "eu-central-1"))
                .withMessageContaining("has to be of the form");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://me:topsecret@a.example", "https://topsecret@my_host:9100", "http://me:topsecret@[x"})
    void neverRepeatsAPasswordOfTheUrl(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TailscaleProxyClient.builder()
                        .url(url)
                        .region("eu-central-1")
                        .build())
                .withMessageContaining("the proxy's URL")
                .withMessageNotContaining("topsecret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionUrl.of(URI.create(url.replace("[", "")), Optional.empty()))
                .withMessageContaining("region")
                .withMessageNotContaining("topsecret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eu central", "eu-central-1\r\nx: y", "EU"})
    void refusesWhatIsNoRegion(String region) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FunctionUrl(URI.create("https://a.example"), region))
                .withMessageContaining("region");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//two//slashes", "/a/../b", "/a%2Fb?x=1&x=2&y=%2B+z", "/?"})
    void keepsPathAndQueryAsTheyAre(String path) {
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
    void encodesWhatIsBeyondAsciiAndNothingElse(String path, String encoded) {
        assertThat(new FunctionUrl(URI.create("https://a.example/"), "eu-central-1").at(path))
                .hasToString("https://a.example" + encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a#b", "/a?b#c", "/#", "/\ud83d", "/\ude00\ud83d"})
    void refusesWhatWouldNotBeSent(String path) {
        FunctionUrl url = new FunctionUrl(URI.create("https://a.example"), "eu-central-1");

        assertThatIllegalArgumentException().isThrownBy(() -> url.at(path)).withMessageContaining("path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ping", "https://other.example/", "@other.example/", "/a b", "/{a}", "/a\r\nx: y"})
    void refusesAPathThatCouldLeadElsewhereOrHasToBeEncoded(String path) {
        FunctionUrl url = new FunctionUrl(URI.create("https://a.example"), "eu-central-1");

        assertThatIllegalArgumentException().isThrownBy(() -> url.at(path)).withMessageContaining("path");
    }

    @Test
    void knowsItsOwnServerByTheWholeAuthority() {
        FunctionUrl url = new FunctionUrl(URI.create("https://a.example"), "eu-central-1");

        assertThat(url.isServerOf(URI.create("https://A.example/x"))).isTrue();
        assertThat(url.isServerOf(URI.create("https://a.example:8443/x"))).isFalse();
        assertThat(url.isServerOf(URI.create("http://a.example/x"))).isFalse();
    }
}
