package dev.tailnetproxy.proxy.address;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A TCP port that can be connected to.
 *
 * @param number 1 to 65535
 */
public record Port(int number) {

    /** The largest number of a port. */
    public static final int MAX = 65535;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");

    public Port {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException("not a port: " + number);
        }
    }

    /** The port of a decimal number without leading zeros; empty when the text is anything else. */
    public static Optional<Port> parse(String text) {
        return NUMBER.matcher(text).matches() && Integer.parseInt(text) <= MAX
                ? Optional.of(new Port(Integer.parseInt(text)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
