package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which list allows which address, and which texts are neither. */
class SourcePolicyTest {

    private static final String EVERYWHERE = "0.0.0.0/0,::/0";

    @ParameterizedTest(name = "{0} holds {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    192.0.2.0/24         | 192.0.2.0
                    192.0.2.0/24         | 192.0.2.255
                    192.0.2.128/25       | 192.0.2.128
                    192.0.2.6/31         | 192.0.2.6
                    192.0.2.6/31         | 192.0.2.7
                    192.0.2.7/32         | 192.0.2.7
                    192.0.2.7            | 192.0.2.7
                    128.0.0.0/1          | 128.0.0.0
                    128.0.0.0/1          | 255.255.255.255
                    0.0.0.0/0            | 0.0.0.0
                    0.0.0.0/0            | 255.255.255.255
                    0.0.0.0/0            | ::ffff:192.0.2.7
                    192.0.2.0/24         | ::ffff:192.0.2.7
                    192.0.2.0/24         | ::FFFF:c000:0207
                    ::ffff:192.0.2.0/120 | 192.0.2.7
                    ::/0                 | ::
                    ::/0                 | ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
                    2001:db8::/32        | 2001:db8::
                    2001:db8::/32        | 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff
                    2001:db8::/33        | 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff
                    2001:db8:0:8::/61    | 2001:db8:0:f::1
                    2001:db8::2/127      | 2001:db8::3
                    2001:db8::1/128      | 2001:db8::1
                    2001:db8::1          | 2001:db8:0:0:0:0:0:1
                    2001:DB8::/32        | 2001:0db8:0000:0000:0000:0000:0000:0001
                    2001:db8::/32        | 2001:db8::192.0.2.7
                    10.0.0.0/8,10.1.0.0/16,10.1.2.3    | 10.1.2.3
                    10.1.2.3,10.1.0.0/16,10.0.0.0/8    | 10.2.0.0
                    2001:db8::/32 , 192.0.2.0/24       | 192.0.2.7
                    192.0.2.0/24,192.0.2.0/24          | 192.0.2.7
                    """)
    void listedSourceIsAllowed(String list, String source) {
        Decision decision = TestPolicy.of(list).decide(TestEvent.from(source).read());

        assertThat(decision.reason()).as(decision.detail()).isEqualTo(Reason.LISTED);
        assertThat(decision.isAllowed()).isTrue();
    }

    @ParameterizedTest(name = "{0} does not hold {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    192.0.2.0/24         | 192.0.1.255
                    192.0.2.0/24         | 192.0.3.0
                    192.0.2.128/25       | 192.0.2.127
                    192.0.2.128/25       | 192.0.3.0
                    192.0.2.6/31         | 192.0.2.5
                    192.0.2.6/31         | 192.0.2.8
                    192.0.2.7/32         | 192.0.2.6
                    192.0.2.7/32         | 192.0.2.8
                    192.0.2.7            | 192.0.2.71
                    128.0.0.0/1          | 127.255.255.255
                    0.0.0.0/0            | ::
                    0.0.0.0/0            | 64:ff9b::192.0.2.7
                    0.0.0.0/0            | ::192.0.2.7
                    ::/0                 | 0.0.0.0
                    ::/0                 | ::ffff:192.0.2.7
                    2001:db8::/32        | 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff
                    2001:db8::/32        | 2001:db9::
                    2001:db8::/33        | 2001:db8:8000::
                    2001:db8:0:8::/61    | 2001:db8:0:10::
                    2001:db8::1/128      | 2001:db8::
                    2001:db8::1/128      | 2001:db8::2
                    2001:db8::1          | 2001:db8::11
                    10.0.0.0/8,10.1.0.0/16             | 11.0.0.0
                    192.0.2.0/24,2001:db8::/32         | 192.0.3.1
                    """)
    void unlistedSourceIsDenied(String list, String source) {
        Decision decision = TestPolicy.of(list).decide(TestEvent.from(source).read());

        assertThat(decision.reason()).as(decision.detail()).isEqualTo(Reason.NOT_LISTED);
        assertThat(decision.isAllowed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " 203.0.113.7",
                "203.0.113.7 ",
                "203.0.113.7\n",
                "203.0.113.7\u0000",
                "203.0.113.7:443",
                "[203.0.113.7]",
                "[2001:db8::1]",
                "[2001:db8::1]:443",
                "2001:db8::1]",
                "fe80::1%eth0",
                "fe80::1%25eth0",
                "fe80::1%1",
                "203.0.113.007",
                "0203.0.113.7",
                "203.0.113.+7",
                "203.0.113.-7",
                "203.0.113",
                "203.0.113.",
                "203.0.113.7.",
                "203.0.113.7.1",
                "203.0.113.256",
                "203.0.113.4294967303",
                "3405803783",
                "0xcb007107",
                "0xcb.0.113.7",
                "203.0.113.7/32",
                "203.0.113.7,198.51.100.1",
                "203.0.113.7, 198.51.100.1",
                "\uff12\uff10\uff13.0.113.7",
                "\u0662.0.113.7",
                "::ffff:203.0.113.07",
                "::ffff:203.0.113.7:1",
                "2001:db8::1::2",
                "12001:db8::1",
                ":::",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7::8",
                "2001:db8::g",
                "localhost",
                "unknown",
                "-",
                "*"
            })
    void anythingButAnAddressIsDeniedEvenIfAllAddressesAreAllowed(String source) {
        Decision decision =
                TestPolicy.of(EVERYWHERE).decide(TestEvent.from(source).read());

        assertThat(decision.reason()).isEqualTo(Reason.UNEXPECTED_EVENT);
        assertThat(decision.isAllowed()).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "  ",
                ",",
                "0.0.0.0/0,",
                ",0.0.0.0/0",
                "0.0.0.0/0,,::/0",
                "0.0.0.0/0 ::/0",
                "0.0.0.0/0;::/0",
                "0.0.0.0/0\n::/0",
                "0.0.0.0/0,192.0.2.0/33",
                "0.0.0.0/0,192.0.2.0/-1",
                "0.0.0.0/0,192.0.2.0/+8",
                "0.0.0.0/0,192.0.2.0/024",
                "0.0.0.0/0,192.0.2.0/24 /8",
                "0.0.0.0/00",
                "0.0.0.0/",
                "/0",
                "0.0.0.0/0/0",
                "0.0.0.0/0.0.0.0",
                "0.0.0.0/\u0660",
                "0.0.0/0",
                "0/0",
                "00.0.0.0/0",
                "0x0.0.0.0/0",
                "1.0.0.0/0",
                "0.0.0.0/0,192.0.2.1/24",
                "::/129",
                "::1/0",
                "2001:db8::1/32",
                "[::]/0",
                "::%eth0/0",
                "::ffff:0.0.0.0/0",
                "::ffff:0.0.0.0/95",
                "*",
                "all",
                "github",
                "0.0.0.0/0,example.com",
                "\"0.0.0.0/0\"",
                "${x}"
            })
    void wrongListDeniesEverySourceAndSaysSo(@Nullable String list) {
        SourcePolicy policy = TestPolicy.of(list);

        for (String source : List.of("192.0.2.1", "0.0.0.0", "127.0.0.1", "::", "2001:db8::1")) {
            Decision decision = policy.decide(TestEvent.from(source).read());
            assertThat(decision.isAllowed()).isFalse();
            assertThat(decision.reason()).isEqualTo(Reason.INVALID_SETTING);
            assertThat(decision.detail())
                    .startsWith("The environment variable AUTHD_SOURCE_CIDR ")
                    .endsWith(" Every request is denied.");
        }
        assertThat(policy.warning().orElseThrow())
                .startsWith("The environment variable AUTHD_SOURCE_CIDR ")
                .endsWith(" Every request is denied.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    192.0.2.0/24,10.0.0.0/33  | holds "10.0.0.0/33", which is neither an address nor a prefix
                    192.0.2.0/24,10.1.2.3/8   | holds "10.1.2.3/8", which has bits behind its prefix length
                    192.0.2.0/24,             | holds "", which is neither
                    """)
    void wrongEntryIsNamed(String list, String problem) {
        assertThat(TestPolicy.of(list).warning().orElseThrow()).contains(problem);
    }

    @Test
    void wrongEntryOfAnyLengthAndBytesIsOneShortLine() {
        String warning = TestPolicy.of("192.0.2.0/24,\n{}\u001b\u2028\u00e9" + "x".repeat(4000) + "/8")
                .warning()
                .orElseThrow();

        assertThat(warning).matches("[ -~]{50,350}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "192.0.2.0/24,::/0", "::ffff:0.0.0.0/96"})
    void listThatHoldsWholeFamilyIsWarnedAbout(String list) {
        assertThat(TestPolicy.of(list).warning().orElseThrow()).endsWith("requests are allowed from everywhere.");
    }

    @Test
    void usualListIsNotWarnedAbout() {
        assertThat(TestPolicy.of("192.0.2.0/24,128.0.0.0/1,2001:db8::/32").warning())
                .isEqualTo(Optional.empty());
    }

    @Test
    void valuesThatCouldNotBeMeantAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SourceList(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Decision(Reason.LISTED, " "));
    }
}
