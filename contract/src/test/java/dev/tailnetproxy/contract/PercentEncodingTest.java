package dev.tailnetproxy.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentEncodingTest {

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "abc, abc",
        "%61%62, ab",
        "%2f%2F, //",
        "%25, %",
        "%2525, %25",
        "%, %",
        "%4, %4",
        "%4g, %4g",
        "%%41, %A",
        "a%C3%A9, a\u00c3\u00a9",
        "\u00e9%ff, \u00e9\u00ff",
        "a+b, a+b"
    })
    void decodesOnceAndKeepsInvalidEscapes(String encoded, String decoded) {
        assertThat(PercentEncoding.decode(encoded.getBytes(ISO_8859_1))).isEqualTo(decoded.getBytes(ISO_8859_1));
    }
}
