package dev.tailnetproxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetGrammarTest {

    /** The proxy's tests read the same table with the proxy's own reader. */
    @ParameterizedTest
    @CsvFileSource(resources = "/target-entries.txt", delimiter = ' ')
    void recognizesListEntry(String sign, String entry) {
        assertThat(TargetGrammar.isListEntry(entry)).isEqualTo(sign.equals("+"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "80, 80", "65535, 65535"})
    void readsPort(String text, int port) {
        assertThat(TargetGrammar.port(text)).hasValue(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "080", "+80", "-1", " 80", "80 ", "65536", "99999", "100000", "٨٠", "8O", "0x50"})
    void rejectsOtherPort(String text) {
        assertThat(TargetGrammar.port(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "_sip._tcp.example", "xn--bcher-kva.example", "1.example", "a-b"})
    void recognizesName(String text) {
        assertThat(TargetGrammar.isName(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "A", "-a", "a-", "a b", "bücher", "*.a", "a/b", "a:1"})
    void rejectsOtherName(String text) {
        assertThat(TargetGrammar.isName(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"63, 4, false", "63, 3, true", "64, 1, false", "61, 4, true", "62, 4, true"})
    void boundsLengthOfLabelAndName(int label, int labels, boolean isName) {
        String name = String.join(".", Collections.nCopies(labels, "x".repeat(label)));

        assertThat(TargetGrammar.isName(name))
                .as("%d characters", name.length())
                .isEqualTo(isName);
    }
}
