package dev.tailnetproxy.function.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are addresses, which look like one to some resolver, and which may be names. */
class AddressSpellingTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "1.20.99.100, 1.20.99.100",
        "::, ::",
        "[::1], ::1",
        "2001:DB8::a, 2001:db8::a",
        "0001:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "::ffff:10.0.0.1, 10.0.0.1",
    })
    void standardSpellingIsItsAddress(String text, String canonical) {
        assertThat(AddressSpelling.of(text).address()).map(IpAddress::toString).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.1000",
                "1.2.3.04",
                "01.2.3.4",
                "1.2.3.4.",
                "1..2.3",
                "a.b.c.4",
                "0x7f.0.0.1",
                "1.2.3.0x",
                "host.0X1F",
                "host.0xf.",
                "2130706433",
                "[1.2.3.4]",
                "[]",
                "[",
                "]",
                "[::1",
                "::1]",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "g::",
                "-1::",
                "::1.2.3",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::%eth0",
                "\uff11::",
                "1:2:3:4:5:6:7:"
            })
    void whatSomeResolverTakesForAnAddressIsNonStandard(String text) {
        assertThat(AddressSpelling.of(text)).isEqualTo(AddressSpelling.NonStandard.INSTANCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a",
                "1a",
                "a.b",
                "1.2.3.a",
                "1.2.3.-4",
                "1.2.3.+4",
                "1.2.3. 4",
                "0xg",
                "host.0y1",
                "x0",
                "1.2.3.\uff14",
                "1.2.3.\u0664",
                "host.0x\uff11",
                "host.1.."
            })
    void anythingElseMayBeAName(String text) {
        assertThat(AddressSpelling.of(text).mayBeName()).isTrue();
    }
}
