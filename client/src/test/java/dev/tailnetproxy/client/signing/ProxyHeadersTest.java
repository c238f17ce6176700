package dev.tailnetproxy.client.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeadersTest {

    private static final Target TARGET = Target.of("100.64.0.1", 8080);

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "HOST", "x-amz-date", "X-Amz-Content-Sha256", "x-amz-security-token"})
    void prefixesSignatureFields(String name) {
        Map<String, List<String>> sent = new ProxyHeaders(Map.of(name, List.of("the target's"))).all();

        assertThat(sent).containsEntry("ts-" + name, List.of("the target's")).doesNotContainKey(name);
    }

    @Test
    void addsTheTarget() {
        assertThat(new ProxyHeaders(Map.of()).target(TARGET).all())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "ts-target-ip", List.of("100.64.0.1"),
                        "ts-target-port", List.of("8080"),
                        "ts-https", List.of("false")));
    }

    @Test
    void requestHeadersTakePrecedence() {
        ProxyHeaders headers = new ProxyHeaders(Map.of(
                        "Ts-Target-Ip", List.of("100.64.0.9"),
                        "ts-target-port", List.of("1"),
                        "ts-metric-service", List.of("mine")))
                .target(TARGET)
                .metrics(new MetricLabels("client", "site", "north"));

        assertThat(headers.all())
                .containsEntry("ts-target-ip", List.of("100.64.0.9"))
                .containsEntry("ts-metric-service", List.of("mine"))
                .containsEntry("ts-metric-dimension-name", List.of("site"))
                .doesNotContainKey("ts-https");
    }

    @Test
    void signsProxyAndAwsFieldsOnly() {
        ProxyHeaders headers = new ProxyHeaders(Map.of(
                        "Authorization", List.of("Bearer x"),
                        "x-amz-target", List.of("Service.Action"),
                        "content-type", List.of("text/plain"),
                        "accept-encoding", List.of("gzip"),
                        "x-forwarded-for", List.of("10.0.0.1")))
                .target(TARGET);

        assertThat(headers.toBeSigned())
                .containsOnlyKeys(
                        "ts-authorization",
                        "x-amz-target",
                        "content-type",
                        "ts-target-ip",
                        "ts-target-port",
                        "ts-https");
    }

    @Test
    void rejectsDuplicateWithPrefix() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ProxyHeaders(Map.of("authorization", List.of("a"), "ts-authorization", List.of("b"))))
                .withMessageContaining("twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx-injected: 1", "a\nb", "a\u0000b", "caf\u00e9", "\u65e5\u672c"})
    void rejectsInvalidValuesWithoutQuotingThem(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxyHeaders(Map.of("x-name", List.of(value))))
                .withMessageContaining("x-name")
                .withMessageNotContaining(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb"})
    void rejectsInvalidNames(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ProxyHeaders(Map.of(name, List.of("x"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "content-length", "EXPECT", "upgrade", "Transfer-Encoding"})
    void rejectsConnectionFields(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxyHeaders(Map.of(name, List.of("topsecret"))))
                .withMessageStartingWith("the header " + name + " can't be given: ")
                .withMessageNotContaining("topsecret");
    }

    @ParameterizedTest
    @CsvSource({"service, site, :a", "' a', site, north", "orders, service, north", "orders, site, café"})
    void rejectsInvalidMetricLabels(String service, String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new MetricLabels(service, name, value));
    }
}
