package dev.tailnetproxy.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricLabelRulesTest {

    @ParameterizedTest
    @CsvSource({
        "billing, site, zurich-1",
        "a, b, c",
        "'with inner spaces', 'a/b#c@d:e_f.g-h', -",
        "service, Service, service",
        "_aws, success rate, duration",
        "a:, 1, 100.64.0.1:8080"
    })
    void acceptsCloudWatchLabels(String service, String name, String value) {
        assertThatCode(() -> MetricLabelRules.check(service, name, value)).doesNotThrowAnyException();
    }

    static Stream<String> textsAtTheLimit() {
        return Stream.of(
                "x".repeat(MetricLabelRules.MAX_LENGTH), "a" + " ".repeat(MetricLabelRules.MAX_LENGTH - 2) + "b");
    }

    @ParameterizedTest
    @MethodSource("textsAtTheLimit")
    void acceptsMaximumLength(String text) {
        assertThatCode(() -> MetricLabelRules.check(text, text, text)).doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> MetricLabelRules.check("s", "n", text + "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":",
                ":a",
                " a",
                "a ",
                "a\nb",
                "a\n",
                "\ta",
                "a\u0000b",
                "a,b",
                "a\"b",
                "a=b",
                "a%20b",
                "a*",
                "caf\u00e9",
                "\u00a0a",
                "\ud83d\ude00",
                "a\r\nts-target-ip: 127.0.0.1"
            })
    void rejectsInvalidText(String text) {
        assertRefused("service", () -> MetricLabelRules.check(text, "n", "v"));
        assertRefused("dimension name", () -> MetricLabelRules.check("s", text, "v"));
        assertRefused("dimension value", () -> MetricLabelRules.check("s", "n", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "success", "failure", "duration", "_aws"})
    void rejectsReservedDimensionNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricLabelRules.check("s", name, "v"))
                .withMessageContaining("reserved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nts-target-ip: 127.0.0.1", "caf\u00e9", "\"quoted\""})
    void messageDoesNotQuoteValue(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricLabelRules.check("s", "n", text))
                .withMessageNotContaining(text);
    }

    private static void assertRefused(String place, ThrowingCallable check) {
        assertThatIllegalArgumentException().isThrownBy(check).withMessageStartingWith("the metric " + place + " ");
    }
}
