package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the entries of a list of targets are read and written. */
class TargetRuleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0/8",
                "010.0.0.0/8",
                "a b",
                "*",
                "*.",
                "*a.b",
                "a.*",
                "a:0",
                "a:65536",
                "a:1-",
                "a:2-1",
                "a:x",
                "127.1",
                "[::1",
                "http://a",
                "a/b",
                "fd00::/129",
                "..",
                "[fd00::1]:0"
            })
    void invalidRuleIsQuoted(String entry) {
        IllegalArgumentException e = assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TargetRule.parseList("10.0.0.1, " + entry))
                .actual();
        assertThat(String.valueOf(e.getMessage()).contains("\"" + entry + "\""))
                .as(e.getMessage())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/8",
                "10.0.0.1",
                "fd00::/8",
                "[fd00::/8]:443",
                "[fd00::1]:1-2",
                "fd00::1",
                "a",
                "A.B:1-65535",
                "*.a.b:80"
            })
    void parsesRule(String entry) {
        assertThat(TargetRule.parseList(entry)).hasSize(1);
    }

    @ParameterizedTest
    @CsvFileSource(files = "../contract/src/test/resources/target-entries.txt", delimiter = ' ')
    void parsesRulesLikeCdk(String sign, String entry) {
        if (sign.equals("+")) {
            assertThat(TargetRule.parseList(entry)).hasSize(1);
        } else {
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> TargetRule.parseList(entry));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.0.0/16",
                "10.1.0.0/16:80",
                "fd00::/8",
                "[fd00::/8]:80-90",
                "a.example",
                "a.example:1-1024",
                "*.example",
                "*.example:443"
            })
    void formatsRuleAsWritten(String rule) {
        assertThat(TargetRule.parse(rule).toString()).isEqualTo(rule);
    }
}
