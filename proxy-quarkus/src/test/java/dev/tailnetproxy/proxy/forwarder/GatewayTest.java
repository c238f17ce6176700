package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.proxy.http.Ingress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths as the two gateways give them. */
class GatewayTest {

    private static final String API = "abc.execute-api.eu-central-1.amazonaws.com";
    private static final String URL = "abc.lambda-url.eu-central-1.on.aws";

    private static Ingress ingress(String domain, String stage) {
        return Ingress.of("203.0.113.7", domain, stage, 0).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "$default, /, /",
        "$default, /a, /a",
        "$default, /prod/a, /prod/a",
        "'', /a, /a",
        "prod, /prod, /",
        "prod, /prod/, /",
        "prod, /prod/a, /a",
        "prod, /prod/prod/a, /prod/a",
        "prod, /production/a, /production/a",
        "prod, /prod.a, /prod.a",
        "prod, /Prod/a, /Prod/a",
        "prod, /a, /a",
        "prod, /, /",
        "prod, /a/prod/b, /a/prod/b",
    })
    void httpApiRemovesStage(String stage, String rawPath, String path) {
        assertThat(Gateway.HTTP_API.path(rawPath, ingress(API, stage))).isEqualTo(new SafePath(path));
    }

    @ParameterizedTest
    @CsvSource({
        "prod, /prod//a",
        "prod, /prod/../a",
        "prod, /prod/..",
        "prod, /prod//",
        "prod, /../prod/a",
        "prod, //prod/a",
        "$default, /a/%2e%2e",
        "$default, /a%2Fb",
    })
    void httpApiRefusesAmbiguousPaths(String stage, String rawPath) {
        assertThatIllegalArgumentException().isThrownBy(() -> Gateway.HTTP_API.path(rawPath, ingress(API, stage)));
    }

    @ParameterizedTest
    @CsvSource({"/a%20b, /a%20b", "/$default/a, /$default/a", "/prod/a, /prod/a"})
    void functionUrlPassesPathOn(String rawPath, String path) {
        assertThat(Gateway.FUNCTION_URL.path(rawPath, ingress(URL, "$default"))).isEqualTo(new SafePath(path));
    }

    @ParameterizedTest
    @CsvSource({
        API + ", true, false",
        "hooks.example.com, true, false",
        URL + ", false, true",
        "ABC.Lambda-Url.eu-central-1.On.Aws, false, true",
        "lambda-url.example.com, true, false",
    })
    void knowsItsOwnRequests(String domain, boolean isOfApi, boolean isOfUrl) {
        assertThat(Gateway.HTTP_API.isOrigin(ingress(domain, "$default"))).isEqualTo(isOfApi);
        assertThat(Gateway.FUNCTION_URL.isOrigin(ingress(domain, "$default"))).isEqualTo(isOfUrl);
    }
}
