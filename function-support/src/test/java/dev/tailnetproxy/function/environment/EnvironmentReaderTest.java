package dev.tailnetproxy.function.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every variable is read by its declaration, and one start shows every mistake. */
class EnvironmentReaderTest {

    private static EnvironmentReader reader(Map<String, String> environment) {
        return new EnvironmentReader(name -> Optional.ofNullable(environment.get(name)));
    }

    private static Arguments row(
            Variable variable, String text, Function<EnvironmentReader, Object> read, Object value) {
        return Arguments.of(variable.name(), text, read, value);
    }

    static Stream<Arguments> valid() {
        return Stream.of(
                row(ProxyVariables.SOCKS_PORT, " 1056 ", r -> r.number(ProxyVariables.SOCKS_PORT), 1056),
                row(ProxyVariables.SOCKS_PORT, "65535", r -> r.number(ProxyVariables.SOCKS_PORT), 65535),
                row(
                        ProxyVariables.CONNECT_TIMEOUT_MS,
                        "1",
                        r -> r.millis(ProxyVariables.CONNECT_TIMEOUT_MS),
                        Duration.ofMillis(1)),
                row(ProxyVariables.LEGACY_ERRORS, "ON", r -> r.flag(ProxyVariables.LEGACY_ERRORS), true),
                row(ProxyVariables.FORWARDED_HEADERS, "pass", r -> r.choice(ProxyVariables.FORWARDED_HEADERS), "pass"),
                row(ProxyVariables.MAX_REQUESTS, "auto", r -> r.number(ProxyVariables.MAX_REQUESTS, 7), 7),
                row(ProxyVariables.MAX_REQUESTS, "3", r -> r.number(ProxyVariables.MAX_REQUESTS, 7), 3));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("valid")
    void readsDeclaredValues(String name, String text, Function<EnvironmentReader, Object> read, Object value) {
        EnvironmentReader reader = reader(Map.of(name, text));

        assertThat(read.apply(reader)).isEqualTo(value);
        assertThatNoException().isThrownBy(reader::throwIfInvalid);
    }

    @ParameterizedTest
    @CsvSource({"pass, true", "drop, false", "'', false"})
    void variableWithoutEffectMayHaveItsDefault(String text, boolean rejected) {
        EnvironmentReader reader = reader(Map.of(ProxyVariables.FORWARDED_HEADERS.name(), text));

        reader.rejectWithoutEffect(ProxyVariables.FORWARDED_HEADERS, "TS_OTHER");

        assertThat(reader.hasMistakes()).isEqualTo(rejected);
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                row(ProxyVariables.SOCKS_PORT, "0", r -> r.number(ProxyVariables.SOCKS_PORT), 1055),
                row(ProxyVariables.SOCKS_PORT, "65536", r -> r.number(ProxyVariables.SOCKS_PORT), 1055),
                row(ProxyVariables.SOCKS_PORT, "+1056", r -> r.number(ProxyVariables.SOCKS_PORT), 1055),
                row(ProxyVariables.SOCKS_PORT, "99999999999", r -> r.number(ProxyVariables.SOCKS_PORT), 1055),
                row(ProxyVariables.SOCKS_PORT, "١٠٥٦", r -> r.number(ProxyVariables.SOCKS_PORT), 1055),
                row(ProxyVariables.LEGACY_ERRORS, "maybe", r -> r.flag(ProxyVariables.LEGACY_ERRORS), false),
                row(ProxyVariables.FORWARDED_HEADERS, "Pass", r -> r.choice(ProxyVariables.FORWARDED_HEADERS), "drop"),
                row(ProxyVariables.MAX_REQUESTS, "AUTO", r -> r.number(ProxyVariables.MAX_REQUESTS, 7), 7));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("invalid")
    void mistakeTakesTheDefaultAndFailsTheStart(
            String name, String text, Function<EnvironmentReader, Object> read, Object defaultValue) {
        EnvironmentReader reader = reader(Map.of(name, text));

        assertThat(read.apply(reader)).isEqualTo(defaultValue);
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(reader::throwIfInvalid)
                .withMessageStartingWith("The environment variable " + name + " must be ")
                .withMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankVariableIsUnset(String blank) {
        EnvironmentReader reader = reader(Map.of(ProxyVariables.SOCKS_PORT.name(), blank));

        assertThat(reader.isSet(ProxyVariables.SOCKS_PORT)).isFalse();
        assertThat(reader.number(ProxyVariables.SOCKS_PORT)).isEqualTo(1055);
    }

    @Test
    void oneStartShowsEveryMistakeOnce() {
        EnvironmentReader reader =
                reader(Map.of(ProxyVariables.SOCKS_PORT.name(), "x", ProxyVariables.CONNECT_TIMEOUT_MS.name(), "-1"));
        reader.number(ProxyVariables.SOCKS_PORT);
        reader.number(ProxyVariables.SOCKS_PORT);
        reader.number(ProxyVariables.CONNECT_TIMEOUT_MS);

        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(reader::throwIfInvalid)
                .satisfies(e -> assertThat(e.settings())
                        .extracting(InvalidSetting::variable)
                        .containsExactly(ProxyVariables.SOCKS_PORT.name(), ProxyVariables.CONNECT_TIMEOUT_MS.name()));
    }
}
