package dev.tailnetproxy.function.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers that are ports, and the texts that are such numbers. */
class PortTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 80, 65535})
    void textIsItsNumber(int number) {
        assertThat(Port.parse(Integer.toString(number))).contains(new Port(number));
        assertThat(new Port(number)).hasToString(Integer.toString(number));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "080", "65536", "99999", "100000", "+80", "-1", " 80", "80 ", "0x50", "٨٠", "80\n"})
    void anythingElseIsNoPort(String text) {
        assertThat(Port.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65536, Integer.MAX_VALUE})
    void numberIsInRange(int number) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Port(number));
    }
}
