package dev.tailnetproxy.function.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prefixes that start at the address they are written with, and those that do not. */
class CidrTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "10.0.0.0/8",
                "10.32.0.0/11",
                "192.0.2.128/25",
                "192.0.2.254/31",
                "192.0.2.7/32",
                "192.0.2.7",
                "::/0",
                "2001:db8::/29",
                "2001:db8:8000::/33",
                "2001:db8::fe/127",
                "2001:db8::1/128",
                "::ffff:10.0.0.0/104"
            })
    void prefixOfNetworkStartsAtItsAddress(String text) {
        assertThat(Cidr.valid(text).startsAtItsAddress()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.1/0",
                "128.0.0.0/0",
                "10.0.0.1/8",
                "10.16.0.0/11",
                "192.0.2.127/25",
                "192.0.2.255/31",
                "::1/0",
                "8000::/0",
                "2001:db8::1/29",
                "2001:db8:4000::/33",
                "2001:db8::ff/127",
                "::ffff:10.1.0.0/104"
            })
    void prefixOfOneOfItsAddressesDoesNot(String text) {
        assertThat(Cidr.valid(text).startsAtItsAddress()).isFalse();
    }
}
