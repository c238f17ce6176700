package dev.tailnetproxy.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields are found in any letter case, and keep their order and their repeats. */
class HeadersTest {

    private static final Headers HEADERS = Headers.of("A", "1", "b", "2", "a", "3", "C", "", "A", "1");

    @Test
    void allValuesOfANameComeInOrder() {
        assertThat(HEADERS.all("a")).containsExactly("1", "3", "1");
        assertThat(HEADERS.all("B")).containsExactly("2");
        assertThat(HEADERS.all("c")).containsExactly("");
        assertThat(HEADERS.all("d")).isEmpty();
        assertThat(Headers.none().all("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "d"})
    void valuesCannotBeChanged(String name) {
        List<String> values = HEADERS.all(name);
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> values.add("4"));
    }

    @Test
    void firstValueIsFound() {
        assertThat(HEADERS.first("a")).contains("1");
        assertThat(HEADERS.first("c")).contains("");
        assertThat(HEADERS.first("d")).isEmpty();
        assertThat(HEADERS.contains("B")).isTrue();
        assertThat(HEADERS.contains("d")).isFalse();
    }

    @Test
    void unwantedFieldsAreLeftOut() {
        assertThat(HEADERS.without(field -> field.is("a"))).isEqualTo(Headers.of("b", "2", "C", ""));
        assertThat(HEADERS.without(field -> field.is("d"))).isEqualTo(HEADERS);
        assertThat(HEADERS.without(field -> true)).isEqualTo(Headers.none());
        assertThat(HEADERS.size()).isEqualTo(5);
    }
}
