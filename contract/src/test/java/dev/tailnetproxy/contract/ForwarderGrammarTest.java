package dev.tailnetproxy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.contract.ForwarderGrammar.TargetUrl;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of forwarder mode. SafePathTest has the paths in detail. */
class ForwarderGrammarTest {

    @Test
    void urlHasSchemeHostPortAndPath() {
        assertThat(TargetUrl.parse("https://orders:8443/base"))
                .isEqualTo(new TargetUrl(true, "orders", OptionalInt.of(8443), "/base"));
        assertThat(TargetUrl.parse("HTTP://[fd00::1]"))
                .isEqualTo(new TargetUrl(false, "[fd00::1]", OptionalInt.empty(), "/"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | it must be a URL like",
                "orders:8443 | it must be a URL like",
                "ftp://orders | it must be a URL like",
                "https://user@orders | it must be a URL like",
                "https://orders?q | it must be a URL like",
                "https://orders#f | it must be a URL like",
                "https://orders:0 | it holds a port that is not 1 to 65535",
                "https://orders:65536 | it holds a port that is not 1 to 65535",
                "https://orders/../x | it holds a path that has a dot segment",
                "https://orders/a//b | it holds a path that has an empty segment",
                "https://orders/%2e | it holds a path that encodes a character",
            })
    void otherUrlIsRefusedWithReason(String url, String reason) {
        assertThatThrownBy(() -> TargetUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(reason);
    }

    @ParameterizedTest
    @CsvSource({"POST,true", "M-SEARCH,true", "post,false", "CONNECT,false", "TRACE,false", "'',false"})
    void methodIsInUpperCaseAndForwarded(String text, boolean expected) {
        assertThat(ForwarderGrammar.isMethod(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,true",
        "application/*,true",
        "*/*,true",
        "*/json,false",
        "Application/json,false",
        "application/json; charset=utf-8,false",
        "json,false"
    })
    void mediaRangeHasNoParameters(String text, boolean expected) {
        assertThat(ForwarderGrammar.isMediaRange(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/*", "/hooks/github", "/hooks/*", "/a%2Cb"})
    void pathPatternIsPathOrFolder(String text) {
        assertThatCode(() -> ForwarderGrammar.checkPathPattern(text)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hooks | a path: it does not begin with a slash",
                "'' | a path: it does not begin with a slash",
                "/*/x | a path: * may stand only behind the last slash, alone",
                "/x* | a path: * may stand only behind the last slash, alone",
                "/a,b | a path: a comma separates paths",
                "/../* | a path: it has a dot segment",
            })
    void otherPathPatternIsRefusedWithReason(String text, String reason) {
        assertThatThrownBy(() -> ForwarderGrammar.checkPathPattern(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(reason);
    }
}
